package org.fieldward.edge.ingest.door;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.fieldward.edge.ingest.door.pipe.Pipe;
import org.fieldward.edge.ingest.packet.Inbound;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.PacketReader;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Reason;
import org.fieldward.edge.ingest.session.Attachment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from its first byte to its end. Runs on its event loop; what {@link Attachment} promises may be called by any
 * thread.
 */
final class Connection implements Attachment {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long LINGER_MILLIS = 1_000;

    private enum State {
        AWAITING_CONNECT,
        ENTERING,
        OPEN,
        CLOSED
    }

    private final MqttDoor door;
    private final Loop loop;
    private final Pipe pipe;
    private final Runnable gone;
    private final long acceptedMillis;
    private final PacketReader reader;
    private final PacketWriter out = new PacketWriter();
    private final Reception reception;
    private final Throttle throttle;
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean tooSlow;

    private State state = State.AWAITING_CONNECT;
    private long lastHeardMillis;
    private long closedMillis;
    private boolean paused;
    private int holds;
    private int unfinishedBytes;
    private Optional<Visit> visit = Optional.empty();

    /**
     * @param acceptedMillis when the client's first byte could have come
     * @param gone called once, when it is closed
     */
    Connection(MqttDoor door, Loop loop, Pipe pipe, long acceptedMillis, Runnable gone) {
        this.gone = gone;
        this.door = door;
        this.loop = loop;
        this.pipe = pipe;
        this.acceptedMillis = acceptedMillis;
        lastHeardMillis = acceptedMillis;
        reader = new PacketReader(door.limits().maxPacketBytes());
        reception = new Reception(door, this, pipe);
        int perSecond = door.limits().maxPublishesPerSecond();
        throttle = new Throttle(perSecond, perSecond, acceptedMillis);
    }

    String address() {
        return pipe.address();
    }

    PacketWriter out() {
        return out;
    }

    void start() {
        loop.add(this);
        pipe.open(this::received, this::wakeSoon, this::closed);
    }

    void received(Buffer bytes) {
        if (state == State.CLOSED) {
            return;
        }
        lastHeardMillis = door.nowMillis();
        reader.feed(bytes.getBytes());
        process();
        if (!isWithinAllowance()) {
            door.complain(address(), "A client from " + address() + " is turned away: too much of CONNECTs waits");
            door.counters().turnedAway().increment();
            close();
        }
    }

    /** Whoever is not known yet may not fill the memory with what he begins; a CONNECT that comes whole needs none of it. */
    private boolean isWithinAllowance() {
        int before = unfinishedBytes;
        unfinishedBytes = state == State.AWAITING_CONNECT ? reader.heldBytes() : 0;
        return door.mayWait(unfinishedBytes - before) || unfinishedBytes == 0;
    }

    /** Until the bytes end, the connection ends, or the client has to wait. */
    private void process() {
        boolean more = true;
        while (more && state != State.CLOSED && !isHeld()) {
            more = handle(reader.next());
        }
        pump();
        flush();
        if (state != State.CLOSED && !paused && isHeld()) {
            paused = true;
            pipe.pause();
            long wait = throttle.waitMillis(door.nowMillis());
            if (wait > 0) {
                loop.later(wait, this::resumeIfFree);
            }
        }
    }

    /** Reading stops while something must be answered first, the disk is behind, the client does not read, or sends too much. */
    private boolean isHeld() {
        return holds > 0
                || (visit.isPresent() && visit.get().uplink().isCongested())
                || pipe.isFull()
                || throttle.waitMillis(door.nowMillis()) > 0;
    }

    /** Handles no further packet until the stage is complete and {@code then} was run on the event loop. */
    <T> void hold(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> then) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join(), null);
            return;
        }
        holds++;
        // What fails in here is the loop's to report.
        var unused = future.whenComplete((result, failure) -> loop.run(() -> {
            holds--;
            if (state != State.CLOSED) {
                then.accept(result, failure);
                pump();
                flush();
            }
            resumeIfFree();
        }));
    }

    private boolean handle(Inbound packet) {
        switch (packet) {
            case Inbound.Nothing nothing -> {
                return false;
            }
            case Inbound.Violation violation -> violated(violation);
            case Connect connect -> {
                out.client(
                        connect.version(), Greeting.maxPacketBytes(connect), Greeting.wantsProblemInformation(connect));
                state = State.ENTERING;
                reception.receive(connect);
            }
            case Publish publish -> {
                if (visit.isPresent()) {
                    publish(visit.get(), publish);
                }
            }
            case Inbound.Ack ack -> visit.ifPresent(open -> acknowledged(open, ack));
            case Inbound.Subscribe subscribe ->
                visit.ifPresent(open -> hold(open.subscribe(subscribe), (answer, failure) -> answer.run()));
            case Inbound.Unsubscribe unsubscribe ->
                visit.ifPresent(open -> hold(
                        open.unsubscribe(unsubscribe),
                        (reasons, failure) -> out.unsubAck(unsubscribe.packetId(), reasons)));
            case Inbound.PingRequest ping -> out.pingResponse();
            case Inbound.Disconnect disconnect -> {
                if (visit.isPresent() && !visit.get().saidGoodbye(disconnect)) {
                    violated(new Inbound.Violation(
                            Reason.PROTOCOL_ERROR, "a session that was to end must not be kept after all"));
                }
                close();
            }
        }
        return true;
    }

    private void violated(Inbound.Violation violation) {
        door.complain(address(), name() + " broke MQTT and is disconnected: " + violation.rule());
        door.counters().violations().increment();
        if (violation.reason() == Reason.PACKET_TOO_LARGE) {
            visit.ifPresent(Visit::sentTooLarge);
        }
        if (state == State.AWAITING_CONNECT && violation.reason() == Reason.UNSUPPORTED_PROTOCOL_VERSION) {
            out.connAck(false, violation.reason(), Properties.NONE);
        }
        end(violation.reason(), violation.rule());
    }

    void refuse(Reason reason, String why) {
        if (state == State.CLOSED) {
            return;
        }
        door.complain(address(), "A client from " + address() + " is refused (" + reason + "): " + why);
        door.counters().refusedLogins().increment();
        out.refuse(reason, reason == Reason.BAD_AUTHENTICATION_METHOD ? "" : why);
        close();
    }

    /** From here on the session is served here, though nothing is said yet. */
    void admitted(Visit entering) {
        visit = Optional.of(entering);
    }

    void open() {
        state = State.OPEN;
        flush();
        visit.ifPresent(Visit::begin);
    }

    private void publish(Visit open, Publish publish) {
        Uplink uplink = open.uplink();
        Optional<String> topic = uplink.resolve(publish);
        if (topic.isEmpty()) {
            violated(new Inbound.Violation(Reason.TOPIC_ALIAS_INVALID, "a topic alias must be announced and in range"));
            return;
        }
        door.counters().published().increment();
        throttle.spend();
        switch (uplink.admit(publish)) {
            case Uplink.Entry.Repeated repeated -> {
                LOG.trace("{} repeats a publish", name());
                settle(open);
            }
            case Uplink.Entry.Excess excess ->
                violated(new Inbound.Violation(
                        Reason.RECEIVE_MAXIMUM_EXCEEDED, "no more publishes than announced may be unacknowledged"));
            case Uplink.Entry.Admitted admitted -> open.route(topic.get(), publish, admitted.pending());
        }
    }

    private void acknowledged(Visit open, Inbound.Ack ack) {
        if (ack.type() == PacketType.PUBREL) {
            open.released(ack.packetId());
            settle(open);
        } else if (!open.downlink().acknowledged(ack)) {
            violated(new Inbound.Violation(
                    Reason.PROTOCOL_ERROR, "a " + ack.type() + " must answer a message that waits for it"));
        }
    }

    @Override
    public void tooSlow() {
        tooSlow = true;
        wakeSoon();
    }

    /** From any thread: something settled or something to deliver. */
    @Override
    public void wakeSoon() {
        if (woken.compareAndSet(false, true)) {
            loop.wake(this);
        }
    }

    void wake() {
        woken.set(false);
        if (state == State.OPEN && visit.isPresent()) {
            settle(visit.get());
            if (tooSlow && state == State.OPEN) {
                LOG.warn("{} reads too slowly and is disconnected", name());
                end(Reason.QUOTA_EXCEEDED, "messages were not read in time");
            }
        }
        pump();
        flush();
        resumeIfFree();
    }

    private void settle(Visit open) {
        Optional<Reason> over = open.uplink().settle(out);
        if (over.isPresent()) {
            LOG.warn("{} is disconnected: {}", name(), over.get());
            end(over.get(), "");
        }
    }

    private void resumeIfFree() {
        if (paused && state != State.CLOSED && !isHeld()) {
            paused = false;
            lastHeardMillis = door.nowMillis();
            process();
            if (!paused && state != State.CLOSED) {
                pipe.resume();
            }
        }
    }

    private void pump() {
        if (state == State.OPEN && visit.isPresent()) {
            while (!pipe.isFull() && visit.get().downlink().pumpOne(door.nowMillis())) {
                flush();
            }
        }
    }

    private void flush() {
        if (!out.isEmpty()) {
            byte[] bytes = out.take();
            if (state != State.CLOSED) {
                pipe.write(Buffer.buffer(bytes));
            }
        }
    }

    /** Returns whether the connection was ended. */
    boolean sweep(long nowMillis) {
        if (state == State.CLOSED) {
            // A polite close waits for what was written before, which a client that does not read never takes.
            boolean over = nowMillis - closedMillis > LINGER_MILLIS;
            if (over) {
                pipe.kill();
            }
            return over;
        }
        boolean late = state != State.OPEN
                && nowMillis - acceptedMillis > door.limits().connectDeadline().toMillis();
        // Who is not read is not silent, unless that is because it does not read either.
        boolean silent = visit.isPresent()
                && state == State.OPEN
                && (!paused || pipe.isFull())
                && nowMillis - lastHeardMillis > visit.get().silenceMillis();
        if (late) {
            door.complain(address(), "A client from " + address() + " did not log in in time");
            close();
        } else if (silent) {
            LOG.info("{} has fallen silent", name());
            end(Reason.KEEP_ALIVE_TIMEOUT, "");
        } else if (visit.isPresent() && !door.doorkeeper().isCurrent(visit.get().identity())) {
            LOG.info("{} may no longer be here", name());
            visit.get().forgetWill();
            end(Reason.NOT_AUTHORIZED, "this account may no longer be used");
        }
        return state == State.CLOSED;
    }

    /** From any thread: the same client came again. */
    @Override
    public void takenOver() {
        loop.run(() -> {
            LOG.info("{} connected again, the older connection is closed", name());
            end(Reason.SESSION_TAKEN_OVER, "");
        });
    }

    void shutDown() {
        visit.ifPresent(Visit::forgetWill);
        end(Reason.SERVER_SHUTTING_DOWN, "");
    }

    private void end(Reason reason, String why) {
        if (state == State.OPEN) {
            out.disconnect(reason, why);
        }
        close();
    }

    void close() {
        if (state != State.CLOSED) {
            flush();
            state = State.CLOSED;
            closedMillis = door.nowMillis();
            pipe.close();
        }
    }

    private void closed() {
        state = State.CLOSED;
        door.mayWait(-unfinishedBytes);
        unfinishedBytes = 0;
        loop.remove(this);
        gone.run();
        visit.ifPresent(open -> open.finish(this));
        visit = Optional.empty();
    }

    private String name() {
        return visit.map(open -> open.identity() + " from " + address()).orElse("A client from " + address());
    }
}
