package org.fieldward.simulator.uplink;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchStream;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Clock;
import org.fieldward.proto.link.ClockState;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.Lane;
import org.fieldward.proto.link.Life;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.link.Welcome;
import org.fieldward.proto.reading.Micros;
import org.jspecify.annotations.Nullable;

/**
 * One simulated gateway. Where the core turns it away as busy it comes back as a real one does, with what was not confirmed;
 * whatever else ends its session ends the measurement. Thread-safe.
 */
final class Uplink {

    private static final int NEWEST_PROTOCOL = 6;
    private static final int FIRST_WITH_STREAM = 4;
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * What all of them need.
     *
     * @param chance between 0 and 1, anew each time
     */
    record Surroundings(
            Door door,
            Counts counts,
            UplinkPlan plan,
            InstantSource clock,
            LongSupplier nanoTime,
            DoubleSupplier chance) {}

    /** A batch that is not confirmed, and when it was due. */
    private record Flight(ByteString content, long first, int readings, long due) {}

    private final String gateway;
    private final Credential credential;
    private final Surroundings around;
    private final Monitors monitors;
    private final long epoch;
    private final double nanosBetween;
    private final NavigableMap<Long, Flight> flights = new TreeMap<>();
    /** What was under way when it was turned away, oldest first. */
    private final Deque<Flight> again = new ArrayDeque<>();

    private Optional<Talk> talk = Optional.empty();
    private long talks;
    private int protocol;
    private int window;
    private long batch;
    private long sent;
    private long confirmed;
    private long begin;
    private boolean known;
    private boolean sending;
    private boolean over;

    Uplink(String gateway, Credential credential, Surroundings around) {
        this.gateway = gateway;
        this.credential = credential;
        this.around = around;
        UplinkPlan plan = around.plan();
        monitors = new Monitors(gateway, plan.devices(), plan.course().start());
        epoch = Micros.of(around.clock().instant());
        nanosBetween = plan.course().isOpenLoop()
                ? 1e9 * plan.admissions().size() / plan.course().rate()
                : 0;
    }

    synchronized void open() {
        if (over) {
            return;
        }
        var opened = new Talk(around.door().open(Optional.of(credential)));
        talk = Optional.of(opened);
        var unused = LinkGrpc.newStub(opened.channel).session(opened);
        say(FromGateway.newBuilder()
                .setHello(Hello.newBuilder()
                        .setOldestProtocol(1)
                        .setNewestProtocol(NEWEST_PROTOCOL)
                        .setGateway(gateway)
                        .setSession(epoch + talks++)
                        .setEpoch(epoch)
                        .setFirstUnconfirmed(
                                again.isEmpty() ? sent + 1 : again.getFirst().first())
                        .setNextSequence(sent + 1)
                        .setSoftware("device-simulator")
                        .setBoot(monitors.boot())
                        .setClock(clock())
                        .addLives(Life.newBuilder().setEpoch(epoch).setFirst(1)))
                .build());
    }

    private Clock clock() {
        return Clock.newBuilder()
                .setNowMicros(Micros.of(around.clock().instant()))
                .setTickMillis(TimeUnit.NANOSECONDS.toMillis(around.nanoTime().getAsLong()))
                .setState(ClockState.CLOCK_STATE_SYNCHRONISED)
                .build();
    }

    /** From here on readings are due. */
    synchronized void begin(long now) {
        begin = now;
        sending = true;
        pump(now);
    }

    synchronized void end() {
        over = true;
        talk.ifPresent(Talk::close);
    }

    /** Sends what may be sent now. */
    synchronized void pump(long now) {
        while (sending && !over && flights.size() < window) {
            if (!again.isEmpty()) {
                send(again.removeFirst());
                continue;
            }
            long ready = ready(now);
            if (ready == 0) {
                return;
            }
            long due = nanosBetween > 0 ? begin + (long) ((sent + 1) * nanosBetween) : now;
            // As a gateway does: live readings wait for company only while a batch of theirs is under way.
            if (nanosBetween > 0
                    && !flights.isEmpty()
                    && now - due < LINGER_NANOS
                    && ready < around.plan().maxBatch()) {
                return;
            }
            send(next((int) Math.min(ready, around.plan().maxBatch()), due));
        }
    }

    private long ready(long now) {
        long limit = around.plan().course().readings();
        long left = limit == 0 ? Long.MAX_VALUE : limit - sent;
        return nanosBetween > 0 ? Math.min(left, (long) ((now - begin) / nanosBetween) - sent) : left;
    }

    private Flight next(int count, long due) {
        List<Sequenced> readings = monitors.next(count);
        long first = sent + 1;
        sent += count;
        return new Flight(ByteString.copyFrom(BatchCodec.encode(readings)), first, count, due);
    }

    private void send(Flight flight) {
        var message = Batch.newBuilder()
                .setNumber(++batch)
                .setEpoch(epoch)
                .setLane(Lane.LANE_VITAL)
                .addRanges(Range.newBuilder().setFirst(flight.first()).setLast(flight.first() + flight.readings() - 1))
                .setLate(nanosBetween == 0);
        if (protocol >= FIRST_WITH_STREAM && BatchStream.suits(flight.content(), flight.readings())) {
            BatchStream.Piece piece = talk.orElseThrow().packer().pack(flight.content());
            message.setPiece(piece.bytes()).setPieceSize(piece.size()).setPieceCheck(piece.check());
        } else {
            message.setContent(flight.content());
        }
        flights.put(batch, flight);
        Batch whole = message.build();
        around.counts().bytes.add(whole.getSerializedSize());
        say(FromGateway.newBuilder().setBatch(whole).build());
    }

    private void say(FromGateway message) {
        if (!over) {
            talk.ifPresent(open -> open.say(message));
        }
    }

    private synchronized void beat(Talk of, long seconds) {
        if (!over && isCurrent(of)) {
            say(FromGateway.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setClock(clock()))
                    .build());
            around.door().later(() -> beat(of, seconds), TimeUnit.SECONDS.toMillis(seconds));
        }
    }

    private boolean isCurrent(Talk one) {
        return talk.filter(open -> open == one).isPresent();
    }

    /** What an older session still says is history. */
    private synchronized void heard(Talk from, FromCore message) {
        if (!isCurrent(from)) {
            return;
        }
        switch (message.getMessageCase()) {
            case WELCOME -> welcomed(from, message.getWelcome());
            case REFUSAL -> refused(from, message.getRefusal());
            case CONFIRM -> {
                long now = around.nanoTime().getAsLong();
                message.getConfirm().getBatchesList().forEach(number -> landed(number, now));
                pump(now);
            }
            case VERDICTS ->
                around.counts().quarantined.add(message.getVerdicts().getQuarantinedCount());
            case HEARTBEAT, CONFIGURATION, ROSTER, COMMAND, DOCUMENTS, MESSAGE_NOT_SET -> {
                // Nothing that a gateway without devices has a use for.
            }
        }
    }

    private void welcomed(Talk to, Welcome welcome) {
        protocol = welcome.getProtocol();
        window = welcome.getWindow();
        if (!known) {
            known = true;
            around.counts().welcomed.incrementAndGet();
        }
        beat(to, Math.max(1, welcome.getHeartbeatSeconds()));
        pump(around.nanoTime().getAsLong());
    }

    private void landed(long number, long now) {
        Flight flight = flights.remove(number);
        if (flight == null) {
            return;
        }
        around.counts().confirmed(flight.readings(), now - flight.due());
        confirmed += flight.readings();
        if (confirmed == around.plan().course().readings()) {
            around.counts().finished.incrementAndGet();
        }
    }

    /** A busy core says when to come back; half as long again at most, as a gateway waits, or all would come at once. */
    private void refused(Talk by, Refusal refusal) {
        if (refusal.getReason() != Refusal.Reason.REASON_BUSY) {
            fail(refusal.getReason() + ": " + refusal.getDetail());
            return;
        }
        around.counts().turnedAway.increment();
        talk = Optional.empty();
        by.close();
        window = 0;
        flights.descendingMap().values().forEach(again::addFirst);
        flights.clear();
        long millis = TimeUnit.SECONDS.toMillis(Math.max(1, refusal.getRetryAfterSeconds()));
        around.door().later(this::open, (long) (millis * (1 + around.chance().getAsDouble() / 2)));
    }

    private synchronized void ended(Talk one, String why) {
        if (isCurrent(one)) {
            fail(why);
        }
    }

    private void fail(String why) {
        if (!over) {
            around.counts().failed(new UplinkException(gateway + ": " + why));
        }
    }

    /** One session. Its stream of small batches ends with it. */
    private final class Talk implements ClientResponseObserver<FromGateway, FromCore> {

        private final ManagedChannel channel;
        private @Nullable ClientCallStreamObserver<FromGateway> call;
        private BatchStream.@Nullable Packer packer;

        Talk(ManagedChannel channel) {
            this.channel = channel;
        }

        BatchStream.Packer packer() {
            BatchStream.Packer made = packer;
            if (made == null) {
                made = new BatchStream.Packer();
                packer = made;
            }
            return made;
        }

        void say(FromGateway message) {
            if (call != null) {
                call.onNext(message);
            }
        }

        void close() {
            channel.shutdownNow();
            if (packer != null) {
                packer.close();
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<FromGateway> stream) {
            call = stream;
        }

        @Override
        public void onNext(FromCore message) {
            heard(this, message);
        }

        @Override
        public void onError(Throwable failure) {
            ended(this, Status.fromThrowable(failure).toString());
        }

        @Override
        public void onCompleted() {
            ended(this, "the core ended the session");
        }
    }
}
