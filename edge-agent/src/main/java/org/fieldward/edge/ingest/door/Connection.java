package org.fieldward.edge.ingest.door;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.fieldward.edge.ingest.access.Doorkeeper.Attempt;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.PacketReader;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Reason;
import org.fieldward.edge.ingest.topic.Delivery;
import org.fieldward.edge.ingest.topic.Subscriber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from its TCP connection to its end. Runs on its event loop; {@link #deliver} and {@link #wakeSoon} may be
 * called by any thread.
 */
final class Connection implements Subscriber {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int WRITE_QUEUE_BYTES = 256 * 1024;

    private static final long LINGER_MILLIS = 1_000;

    private enum State {
        AWAITING_CONNECT,
        LOGGING_IN,
        OPEN,
        CLOSED
    }

    private final MqttDoor door;
    private final Loop loop;
    private final NetSocket socket;
    private final String address;
    private final long acceptedMillis;
    private final PacketReader reader;
    private final PacketWriter out = new PacketWriter();
    private final ConcurrentLinkedQueue<Delivery> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger mailboxSize = new AtomicInteger();
    private final AtomicBoolean woken = new AtomicBoolean();

    private State state = State.AWAITING_CONNECT;
    private long lastHeardMillis;
    private long closedMillis;
    private boolean paused;
    private Optional<Session> session = Optional.empty();

    Connection(MqttDoor door, Loop loop, NetSocket socket) {
        this.door = door;
        this.loop = loop;
        this.socket = socket;
        address = socket.remoteAddress().hostAddress();
        acceptedMillis = door.intake().tickMillis();
        lastHeardMillis = acceptedMillis;
        reader = new PacketReader(door.limits().maxPacketBytes());
    }

    String address() {
        return address;
    }

    Optional<Session> session() {
        return session;
    }

    void start() {
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.handler(this::received);
        socket.closeHandler(nothing -> closed());
        socket.exceptionHandler(failure -> LOG.debug("Connection from {} failed: {}", address, failure.toString()));
        socket.drainHandler(nothing -> wakeSoon());
    }

    private void received(Buffer bytes) {
        if (state == State.CLOSED) {
            return;
        }
        lastHeardMillis = door.intake().tickMillis();
        reader.feed(bytes.getBytes());
        process();
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
            socket.pause();
        }
    }

    /** Reading stops while a login is checked, while the disk is behind, and while the client does not read. */
    private boolean isHeld() {
        return state == State.LOGGING_IN
                || (session.isPresent() && session.get().uplink().isCongested())
                || socket.writeQueueFull();
    }

    private boolean handle(Inbound packet) {
        switch (packet) {
            case Inbound.Nothing nothing -> {
                return false;
            }
            case Inbound.Violation violation -> violated(violation);
            case Connect connect -> connect(connect);
            case Publish publish -> session.ifPresent(open -> publish(open, publish));
            case Inbound.Ack ack -> session.ifPresent(open -> acknowledged(open, ack));
            case Inbound.Subscribe subscribe -> session.ifPresent(open -> open.subscribe(subscribe, out));
            case Inbound.Unsubscribe unsubscribe -> session.ifPresent(open -> open.unsubscribe(unsubscribe, out));
            case Inbound.PingRequest ping -> out.pingResponse();
            case Inbound.Disconnect disconnect -> {
                session.ifPresent(open -> open.saidGoodbye(disconnect.reason() == 0));
                close();
            }
        }
        return true;
    }

    private void violated(Inbound.Violation violation) {
        LOG.info("{} broke MQTT and is disconnected: {}", name(), violation.rule());
        door.counters().violations().increment();
        if (violation.reason() == Reason.PACKET_TOO_LARGE) {
            session.ifPresent(Session::sentTooLarge);
        }
        if (state == State.AWAITING_CONNECT && violation.reason() == Reason.UNSUPPORTED_PROTOCOL_VERSION) {
            out.connAck(false, violation.reason(), Properties.NONE);
        }
        end(violation.reason());
    }

    private void connect(Connect connect) {
        out.version(connect.version());
        Optional<Reason> refusal = Greeting.refusal(connect);
        if (refusal.isPresent()) {
            refuse(refusal.get(), "its CONNECT asks for what is not there");
            return;
        }
        state = State.LOGGING_IN;
        var attempt = new Attempt(address, certificate(), connect.username(), connect.password());
        CompletableFuture<Optional<Identity>> login =
                door.doorkeeper().login(attempt).toCompletableFuture();
        if (login.isDone() && !login.isCompletedExceptionally()) {
            loggedIn(connect, login.join());
            return;
        }
        // What fails in here is the loop's to report.
        var unused = login.whenComplete((identity, failure) -> loop.run(() -> {
            if (failure != null) {
                LOG.error("A login from {} could not be checked: {}", address, failure.toString());
                refuse(Reason.SERVER_UNAVAILABLE, "its login could not be checked");
            } else {
                loggedIn(connect, identity);
            }
            resumeIfFree();
        }));
    }

    private void loggedIn(Connect connect, Optional<Identity> known) {
        if (state != State.LOGGING_IN) {
            return;
        }
        if (known.isEmpty()) {
            refuse(Reason.BAD_USER_NAME_OR_PASSWORD, "unknown name or wrong password");
            return;
        }
        Identity identity = known.get();
        String clientId = connect.clientId().isEmpty() ? door.assignClientId(identity) : connect.clientId();
        if (!door.doorkeeper().mayUseClientId(identity, clientId)) {
            refuse(Reason.NOT_AUTHORIZED, "its client id is not its own");
            return;
        }
        boolean willDenied = connect.will()
                .filter(will -> door.doorkeeper().publishing(identity, will.topic()) instanceof Publishing.Denied)
                .isPresent();
        if (willDenied) {
            refuse(Reason.NOT_AUTHORIZED, "its will has a topic that is not its own");
            return;
        }
        if (!Greeting.accept(connect, clientId, door.limits(), out)) {
            out.take();
            close();
            return;
        }
        var open = new Session(door, this, new Sessions.Key(identity, clientId), connect);
        session = Optional.of(open);
        state = State.OPEN;
        flush();
        open.begin();
    }

    private void refuse(Reason reason, String why) {
        if (state == State.CLOSED) {
            return;
        }
        LOG.info("A client from {} is refused ({}): {}", address, reason, why);
        door.counters().refusedLogins().increment();
        out.connAck(false, reason, Properties.NONE);
        close();
    }

    private Optional<X509Certificate> certificate() {
        if (!socket.isSsl()) {
            return Optional.empty();
        }
        try {
            return socket.peerCertificates().stream()
                    .findFirst()
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast);
        } catch (SSLPeerUnverifiedException e) {
            LOG.trace("{} shows no certificate", address, e);
            return Optional.empty();
        }
    }

    private void publish(Session open, Publish publish) {
        Uplink uplink = open.uplink();
        Optional<String> topic = uplink.resolve(publish);
        if (topic.isEmpty()) {
            violated(new Inbound.Violation(Reason.TOPIC_ALIAS_INVALID, "a topic alias must be announced and in range"));
            return;
        }
        door.counters().published().increment();
        switch (uplink.admit(publish, out)) {
            case Uplink.Entry.Repeated repeated -> LOG.trace("{} repeats a publish", name());
            case Uplink.Entry.Excess excess ->
                violated(new Inbound.Violation(
                        Reason.RECEIVE_MAXIMUM_EXCEEDED, "no more publishes than announced may be unacknowledged"));
            case Uplink.Entry.Admitted admitted -> open.route(topic.get(), publish, admitted.pending());
        }
    }

    private void acknowledged(Session open, Inbound.Ack ack) {
        if (ack.type() == PacketType.PUBREL) {
            open.uplink().released(ack.packetId(), out);
        } else {
            open.downlink().acknowledged(ack, out);
        }
    }

    @Override
    public void deliver(Delivery delivery) {
        if (mailboxSize.incrementAndGet() <= door.limits().maxQueuedMessages()) {
            mailbox.add(delivery);
        }
        wakeSoon();
    }

    /** From any thread: something settled or something to deliver. */
    void wakeSoon() {
        if (woken.compareAndSet(false, true)) {
            loop.wake(this);
        }
    }

    void wake() {
        woken.set(false);
        if (state == State.OPEN && session.isPresent()) {
            Session open = session.get();
            boolean fits = mailboxSize.get() <= door.limits().maxQueuedMessages();
            for (Delivery delivery = mailbox.poll(); delivery != null; delivery = mailbox.poll()) {
                mailboxSize.decrementAndGet();
                fits &= open.offer(delivery);
            }
            Optional<Reason> over = open.uplink().settle(out);
            if (over.isPresent()) {
                LOG.warn("{} is disconnected: {}", name(), over.get());
                end(over.get());
            } else if (!fits) {
                LOG.warn("{} reads too slowly and is disconnected", name());
                end(Reason.QUOTA_EXCEEDED);
            }
        }
        pump();
        flush();
        resumeIfFree();
    }

    private void resumeIfFree() {
        if (paused && state != State.CLOSED && !isHeld()) {
            paused = false;
            lastHeardMillis = door.intake().tickMillis();
            process();
            if (!paused && state == State.OPEN) {
                socket.resume();
            }
        }
    }

    private void pump() {
        if (state == State.OPEN && session.isPresent()) {
            while (!socket.writeQueueFull() && session.get().downlink().pumpOne(out)) {
                flush();
            }
        }
    }

    private void flush() {
        if (!out.isEmpty()) {
            byte[] bytes = out.take();
            if (state != State.CLOSED) {
                socket.write(Buffer.buffer(bytes));
            }
        }
    }

    void sweep(long nowMillis) {
        if (state == State.CLOSED) {
            // A polite close waits for what was written before, which a client that does not read never takes.
            if (nowMillis - closedMillis > LINGER_MILLIS) {
                var unused =
                        ((NetSocketInternal) socket).channelHandlerContext().close();
            }
            return;
        }
        boolean late = state != State.OPEN
                && nowMillis - acceptedMillis > door.limits().connectDeadline().toMillis();
        boolean silent = session.isPresent()
                && state == State.OPEN
                && !paused
                && nowMillis - lastHeardMillis > session.get().silenceMillis();
        if (late) {
            LOG.info("A client from {} did not log in in time", address);
            close();
        } else if (silent) {
            LOG.info("{} has fallen silent", name());
            end(Reason.KEEP_ALIVE_TIMEOUT);
        } else if (session.isPresent()
                && !door.doorkeeper().isCurrent(session.get().identity())) {
            LOG.info("{} may no longer be here", name());
            session.get().forgetWill();
            end(Reason.NOT_AUTHORIZED);
        }
    }

    /** From any thread: the same client came again. */
    void takenOver() {
        loop.run(() -> {
            LOG.info("{} connected again, the older connection is closed", name());
            end(Reason.SESSION_TAKEN_OVER);
        });
    }

    void shutDown() {
        session.ifPresent(Session::forgetWill);
        end(Reason.SERVER_SHUTTING_DOWN);
    }

    private void end(Reason reason) {
        if (state == State.OPEN) {
            out.disconnect(reason);
        }
        close();
    }

    private void close() {
        if (state != State.CLOSED) {
            flush();
            state = State.CLOSED;
            closedMillis = door.intake().tickMillis();
            socket.close();
        }
    }

    private void closed() {
        state = State.CLOSED;
        mailbox.clear();
        session.ifPresent(Session::finish);
        loop.remove(this);
        door.left(this);
    }

    private String name() {
        return session.map(open -> open.identity() + " from " + address).orElse("A client from " + address);
    }
}
