package org.fieldward.simulator.uplink;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
import org.fieldward.proto.reading.Micros;
import org.jspecify.annotations.Nullable;

/** One simulated gateway and its session. Thread-safe. */
final class Uplink implements ClientResponseObserver<FromGateway, FromCore> {

    private static final int NEWEST_PROTOCOL = 6;
    private static final int FIRST_WITH_STREAM = 4;
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What all of them need. */
    record Surroundings(Door door, Counts counts, UplinkPlan plan, InstantSource clock, LongSupplier nanoTime) {}

    /** A batch under way, and when it was due. */
    private record Flight(int readings, long due) {}

    private final String gateway;
    private final Credential credential;
    private final Surroundings around;
    private final Monitors monitors;
    private final long epoch;
    private final double nanosBetween;
    private final Map<Long, Flight> flights = new HashMap<>();
    private @Nullable ManagedChannel channel;
    private @Nullable ClientCallStreamObserver<FromGateway> call;
    private BatchStream.@Nullable Packer packer;
    private int protocol;
    private int window;
    private long batch;
    private long sent;
    private long confirmed;
    private long begin;
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
        ManagedChannel opened = around.door().open(Optional.of(credential));
        channel = opened;
        var unused = LinkGrpc.newStub(opened).session(this);
        say(FromGateway.newBuilder()
                .setHello(Hello.newBuilder()
                        .setOldestProtocol(1)
                        .setNewestProtocol(NEWEST_PROTOCOL)
                        .setGateway(gateway)
                        .setSession(epoch)
                        .setEpoch(epoch)
                        .setFirstUnconfirmed(1)
                        .setNextSequence(1)
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

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<FromGateway> stream) {
        call = stream;
    }

    /** From here on readings are due. */
    synchronized void begin(long now) {
        begin = now;
        sending = true;
        pump(now);
    }

    synchronized void end() {
        over = true;
        if (channel != null) {
            channel.shutdownNow();
        }
        if (packer != null) {
            packer.close();
            packer = null;
        }
    }

    /** Sends what may be sent now. */
    synchronized void pump(long now) {
        while (sending && !over && flights.size() < window) {
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
            send((int) Math.min(ready, around.plan().maxBatch()), due);
        }
    }

    private long ready(long now) {
        long limit = around.plan().course().readings();
        long left = limit == 0 ? Long.MAX_VALUE : limit - sent;
        return nanosBetween > 0 ? Math.min(left, (long) ((now - begin) / nanosBetween) - sent) : left;
    }

    private void send(int count, long due) {
        List<Sequenced> readings = monitors.next(count);
        ByteString content = ByteString.copyFrom(BatchCodec.encode(readings));
        var message = Batch.newBuilder()
                .setNumber(++batch)
                .setEpoch(epoch)
                .setLane(Lane.LANE_VITAL)
                .addRanges(Range.newBuilder().setFirst(sent + 1).setLast(sent + count))
                .setLate(nanosBetween == 0);
        if (protocol >= FIRST_WITH_STREAM && BatchStream.suits(content, count)) {
            if (packer == null) {
                packer = new BatchStream.Packer();
            }
            BatchStream.Piece piece = packer.pack(content);
            message.setPiece(piece.bytes()).setPieceSize(piece.size()).setPieceCheck(piece.check());
        } else {
            message.setContent(content);
        }
        sent += count;
        flights.put(batch, new Flight(count, due));
        Batch whole = message.build();
        around.counts().bytes.add(whole.getSerializedSize());
        say(FromGateway.newBuilder().setBatch(whole).build());
    }

    private void say(FromGateway message) {
        if (call != null && !over) {
            call.onNext(message);
        }
    }

    private synchronized void beat(long seconds) {
        if (!over) {
            say(FromGateway.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setClock(clock()))
                    .build());
            around.door().later(() -> beat(seconds), TimeUnit.SECONDS.toMillis(seconds));
        }
    }

    @Override
    public synchronized void onNext(FromCore message) {
        switch (message.getMessageCase()) {
            case WELCOME -> {
                protocol = message.getWelcome().getProtocol();
                window = message.getWelcome().getWindow();
                around.counts().welcomed.incrementAndGet();
                beat(Math.max(1, message.getWelcome().getHeartbeatSeconds()));
            }
            case REFUSAL -> refused(message.getRefusal());
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

    private void refused(Refusal refusal) {
        if (refusal.getReason() == Refusal.Reason.REASON_BUSY && sent == 0 && channel != null) {
            channel.shutdownNow();
            channel = null;
            around.door().later(this::open, TimeUnit.SECONDS.toMillis(Math.max(1, refusal.getRetryAfterSeconds())));
        } else {
            fail(refusal.getReason() + ": " + refusal.getDetail());
        }
    }

    @Override
    public synchronized void onError(Throwable failure) {
        if (channel != null) {
            fail(Status.fromThrowable(failure).toString());
        }
    }

    @Override
    public synchronized void onCompleted() {
        if (channel != null) {
            fail("the core ended the session");
        }
    }

    private void fail(String why) {
        if (!over) {
            around.counts().failed(new UplinkException(gateway + ": " + why));
        }
    }
}
