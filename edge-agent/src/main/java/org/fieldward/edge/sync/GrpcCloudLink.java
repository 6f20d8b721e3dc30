package org.fieldward.edge.sync;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Clock;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.LaneBacklog;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The link as one gRPC stream over mutual TLS. Each session has a channel of its own, so a dead one takes nothing along. */
public final class GrpcCloudLink implements CloudLink {

    /** The protocol versions this gateway speaks. */
    private static final int OLDEST_PROTOCOL = 1;

    private static final int NEWEST_PROTOCOL = SyncDecider.FIRST_WITH_GAPS;

    private static final Logger LOG = LoggerFactory.getLogger(GrpcCloudLink.class);

    private final GrpcChannels channels;

    public GrpcCloudLink(GrpcChannels channels) {
        this.channels = channels;
    }

    @Override
    public Session connect(Hello hello, Listener listener) {
        ManagedChannel channel = channels.open();
        var session = new GrpcSession(channel, listener);
        var unused = LinkGrpc.newStub(channel).session(session);
        session.say(FromGateway.newBuilder().setHello(message(hello)).build());
        return session;
    }

    @Override
    public void close() {
        channels.close();
    }

    private static final class GrpcSession implements Session, ClientResponseObserver<FromGateway, FromCore> {

        private final ManagedChannel channel;
        private final Listener listener;
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable ClientCallStreamObserver<FromGateway> call;

        GrpcSession(ManagedChannel channel, Listener listener) {
            this.channel = channel;
            this.listener = listener;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<FromGateway> stream) {
            call = stream;
        }

        @Override
        public void send(long number, long epoch, Slice slice, boolean late) {
            say(FromGateway.newBuilder()
                    .setBatch(Batch.newBuilder()
                            .setNumber(number)
                            .setEpoch(epoch)
                            .setLaneValue(slice.lane().number())
                            .addAllRanges(slice.sequences().ranges().stream()
                                    .map(GrpcCloudLink::message)
                                    .toList())
                            .setContent(slice.content())
                            .setLate(late))
                    .build());
        }

        @Override
        public void heartbeat(Pulse pulse) {
            var heartbeat = Heartbeat.newBuilder()
                    .setClock(message(pulse.clock()))
                    .setOldestUnconfirmedAgeSeconds(
                            Math.max(0, pulse.oldestAge().toSeconds()))
                    .setDiskUsedBytes(pulse.diskUsed())
                    .setDiskQuotaBytes(pulse.diskAllowed())
                    .setDevicesConnected(pulse.devices())
                    .setRejectedPayloads(pulse.rejected());
            pulse.backlog()
                    .forEach((lane, records) -> heartbeat.addBacklog(
                            LaneBacklog.newBuilder().setLaneValue(lane.number()).setRecords(records)));
            say(FromGateway.newBuilder().setHeartbeat(heartbeat).build());
        }

        private void say(FromGateway message) {
            ClientCallStreamObserver<FromGateway> stream = call;
            if (stream == null || over.get()) {
                return;
            }
            try {
                stream.onNext(message);
            } catch (IllegalStateException e) {
                // The call ended between the check and here; onError tells the listener.
                LOG.debug("sent into a session that had just ended", e);
            }
        }

        @Override
        public void hangup() {
            over.set(true);
            channel.shutdownNow();
        }

        @Override
        public void onNext(FromCore message) {
            if (over.get()) {
                return;
            }
            switch (message.getMessageCase()) {
                case WELCOME ->
                    listener.welcomed(new Welcome(
                            set(message.getWelcome().getCoveredList()),
                            instant(message.getWelcome().getCoreNowMicros()),
                            Duration.ofSeconds(message.getWelcome().getHeartbeatSeconds()),
                            message.getWelcome().getWindow(),
                            message.getWelcome().getProtocol()));
                case REFUSAL -> {
                    int seconds = message.getRefusal().getRetryAfterSeconds();
                    listener.refused(new Refused(
                            message.getRefusal().getReason().name(),
                            message.getRefusal().getDetail(),
                            seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds))));
                }
                case CONFIRM ->
                    listener.confirmed(
                            message.getConfirm().getEpoch(),
                            set(message.getConfirm().getRangesList()));
                case VERDICTS -> listener.judged(verdicts(message.getVerdicts()));
                case HEARTBEAT -> {
                    if (message.getHeartbeat().getClock().getNowMicros() > 0) {
                        listener.coreSaid(
                                instant(message.getHeartbeat().getClock().getNowMicros()));
                    }
                }
                // Of a newer core, and harmless: what must not be skipped raises the protocol version.
                case CONFIGURATION, ROSTER, COMMAND, MESSAGE_NOT_SET ->
                    LOG.debug("skipped a message of kind {}", message.getMessageCase());
            }
        }

        @Override
        public void onError(Throwable failure) {
            end(describe(failure));
        }

        @Override
        public void onCompleted() {
            end("the core ended the session");
        }

        private void end(String why) {
            channel.shutdownNow();
            if (!over.getAndSet(true)) {
                listener.ended(why);
            }
        }
    }

    /** Status and the innermost cause: "UNAVAILABLE: io exception" alone helps nobody. */
    static String describe(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
        return cause == failure || cause.getMessage() == null ? text : text + " (" + cause.getMessage() + ")";
    }

    private static org.fieldward.proto.link.Hello message(Hello hello) {
        return org.fieldward.proto.link.Hello.newBuilder()
                .setOldestProtocol(OLDEST_PROTOCOL)
                .setNewestProtocol(NEWEST_PROTOCOL)
                .setGateway(hello.gateway())
                .setSession(hello.session())
                .setEpoch(hello.epoch())
                .setFirstUnconfirmed(hello.firstUnconfirmed())
                .setNextSequence(hello.nextSequence())
                .setSoftware(hello.software())
                .setBoot(hello.clock().boot())
                .setClock(message(hello.clock()))
                .build();
    }

    private static Clock message(ClockReading clock) {
        return Clock.newBuilder()
                .setNowMicros(ChronoUnit.MICROS.between(Instant.EPOCH, clock.now()))
                .setTickMillis(clock.tickMillis())
                .setStateValue(clock.state().number())
                .build();
    }

    private static Range message(SequenceRange range) {
        return Range.newBuilder().setFirst(range.first()).setLast(range.last()).build();
    }

    private static SequenceSet set(List<Range> ranges) {
        return SequenceSet.of(ranges.stream()
                .map(range -> new SequenceRange(range.getFirst(), range.getLast()))
                .toList());
    }

    private static Verdicts verdicts(org.fieldward.proto.link.Verdicts verdicts) {
        Map<String, Long> quarantined = new HashMap<>();
        verdicts.getQuarantinedList().forEach(one -> quarantined.merge(one.getReason(), 1L, Long::sum));
        return new Verdicts(set(verdicts.getAcceptedList()).size(), quarantined);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
