package org.fieldward.edge.sync;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.proto.batch.BatchStream;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Clock;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.DocumentVerdicts;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.LaneBacklog;
import org.fieldward.proto.link.Life;
import org.fieldward.proto.link.LinkGrpc;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.sequence.SequenceSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The link as one gRPC stream over mutual TLS. Each session has a channel of its own, so a dead one takes nothing along. */
public final class GrpcCloudLink implements CloudLink {

    /** The protocol versions this gateway speaks. */
    private static final int OLDEST_PROTOCOL = 1;

    private static final int NEWEST_PROTOCOL = SyncStatus.FIRST_WITH_DOCUMENTS;

    private static final Logger LOG = LoggerFactory.getLogger(GrpcCloudLink.class);

    /** More restarts without a confirm are rare; what is not told is sent again and known to the core. */
    private static final int MAX_LIVES = 100;

    private final GrpcChannels channels;
    private final Centre centre;

    /** Once a core could not follow the stream, batches are packed by themselves until the agent starts anew. */
    private final AtomicBoolean streams = new AtomicBoolean(true);

    public GrpcCloudLink(GrpcChannels channels, Centre centre) {
        this.channels = channels;
        this.centre = centre;
    }

    /** Whoever takes what the centre wants of this gateway beside its readings. Called from any thread; must not block. */
    public interface Centre {

        /** @param answer to be told what became of configurations; once the session is over, that does nothing */
        void opened(Consumer<Settled> answer);

        void configured(long version, Map<String, String> settings);

        void placed(long version, List<Place> places);
    }

    /** What became of a configuration. */
    public record Settled(long version, boolean applied, String detail) {}

    /** One device of the roster; the label never goes to a log. */
    public record Place(String device, String bed, String label) {
        /** Without what it says. */
        @Override
        public String toString() {
            return "***";
        }
    }

    @Override
    public Session connect(Hello hello, Listener listener) {
        ManagedChannel channel = channels.open();
        var session = new GrpcSession(
                channel, listener, streams, hello.lives().newestBegun().epoch(), centre);
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
        private final Centre centre;
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicBoolean streams;
        private final long epoch;
        private @Nullable ClientCallStreamObserver<FromGateway> call;
        private volatile int protocol;
        private BatchStream.@Nullable Packer packer;

        GrpcSession(ManagedChannel channel, Listener listener, AtomicBoolean streams, long epoch, Centre centre) {
            this.channel = channel;
            this.centre = centre;
            this.listener = listener;
            this.streams = streams;
            this.epoch = epoch;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<FromGateway> stream) {
            call = stream;
        }

        @Override
        public long send(long number, Slice slice, boolean late) {
            var batch = Batch.newBuilder()
                    .setNumber(number)
                    .setEpoch(slice.epoch())
                    .setLaneValue(slice.lane().number())
                    .addAllRanges(Ranges.of(slice.sequences()))
                    .setLate(late);
            if (isStreamed(slice)) {
                if (packer == null) {
                    packer = new BatchStream.Packer();
                }
                BatchStream.Piece piece = packer.pack(slice.content());
                batch.setPiece(piece.bytes()).setPieceSize(piece.size()).setPieceCheck(piece.check());
            } else {
                batch.setContent(slice.content());
            }
            say(FromGateway.newBuilder().setBatch(batch).build());
            return batch.getContent().size() + batch.getPiece().size();
        }

        private boolean isStreamed(Slice slice) {
            return protocol >= SyncDecider.FIRST_WITH_STREAM
                    && streams.get()
                    && slice.lane() != Lane.WAVEFORM
                    && BatchStream.suits(slice.content(), slice.sequences().size());
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

        private void answer(Settled settled) {
            say(FromGateway.newBuilder()
                    .setConfiguration(ConfigurationState.newBuilder()
                            .setVersion(settled.version())
                            .setApplied(settled.applied())
                            .setDetail(settled.detail()))
                    .build());
        }

        /** The centre's desk answers from a thread of its own, and a stream is for one at a time. */
        private synchronized void say(FromGateway message) {
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
            if (packer != null) {
                packer.close();
                packer = null;
            }
        }

        @Override
        public void onNext(FromCore message) {
            if (over.get()) {
                return;
            }
            switch (message.getMessageCase()) {
                case WELCOME -> {
                    protocol = message.getWelcome().getProtocol();
                    listener.welcomed(new Welcome(
                            covered(message.getWelcome()),
                            Micros.instant(message.getWelcome().getCoreNowMicros()),
                            Duration.ofSeconds(message.getWelcome().getHeartbeatSeconds()),
                            message.getWelcome().getWindow(),
                            message.getWelcome().getProtocol(),
                            message.getWelcome().getCopy()));
                    centre.opened(this::answer);
                }
                case REFUSAL -> {
                    if (message.getRefusal().getReason() == Refusal.Reason.REASON_MALFORMED
                            && streams.getAndSet(false)) {
                        LOG.warn("link: the core could not read what came; batches are packed one by one from now on");
                    }
                    int seconds = message.getRefusal().getRetryAfterSeconds();
                    listener.refused(new Refused(
                            message.getRefusal().getReason().name(),
                            message.getRefusal().getDetail(),
                            seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds))));
                }
                case CONFIRM ->
                    listener.confirmed(
                            message.getConfirm().getEpoch(),
                            Ranges.set(message.getConfirm().getRangesList()));
                case DOCUMENTS -> listener.ruled(rulings(message.getDocuments()));
                case VERDICTS -> listener.judged(verdicts(message.getVerdicts()));
                case HEARTBEAT -> {
                    if (message.getHeartbeat().getClock().getNowMicros() > 0) {
                        listener.coreSaid(
                                Micros.instant(message.getHeartbeat().getClock().getNowMicros()));
                    }
                }
                case CONFIGURATION ->
                    centre.configured(
                            message.getConfiguration().getVersion(),
                            message.getConfiguration().getSettingsMap());
                case ROSTER ->
                    centre.placed(
                            message.getRoster().getVersion(),
                            message.getRoster().getEntriesList().stream()
                                    .map(one -> new Place(one.getDevice(), one.getBed(), one.getLabel()))
                                    .toList());
                // Of a newer core, and harmless: what must not be skipped raises the protocol version.
                case COMMAND, MESSAGE_NOT_SET -> LOG.debug("skipped a message of kind {}", message.getMessageCase());
            }
        }

        private Map<Long, SequenceSet> covered(org.fieldward.proto.link.Welcome welcome) {
            Map<Long, SequenceSet> covered = new HashMap<>();
            welcome.getHeldList().forEach(held -> covered.put(held.getEpoch(), Ranges.set(held.getRangesList())));
            covered.put(epoch, Ranges.set(welcome.getCoveredList()));
            return covered;
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
                .setEpoch(hello.lives().newestBegun().epoch())
                .setFirstUnconfirmed(hello.firstUnconfirmed())
                .setNextSequence(hello.nextSequence())
                .setSoftware(hello.software())
                .setBoot(hello.clock().boot())
                .setClock(message(hello.clock()))
                .setDocumentsMark(hello.documentsMark())
                .addAllLives(lives(hello.lives()))
                .build();
    }

    private static List<Life> lives(Lives lives) {
        List<Life> begun = lives.all().stream()
                .filter(life -> life.kind() != Lives.Kind.PENDING)
                .map(life -> Life.newBuilder()
                        .setEpoch(life.epoch())
                        .setParent(life.parent())
                        .setFirst(life.first())
                        .setSalvaged(life.kind() == Lives.Kind.SALVAGED)
                        .build())
                .toList();
        return begun.subList(Math.max(0, begun.size() - MAX_LIVES), begun.size());
    }

    private static Clock message(ClockReading clock) {
        return Clock.newBuilder()
                .setNowMicros(Micros.of(clock.now()))
                .setTickMillis(clock.tickMillis())
                .setStateValue(clock.state().number())
                .build();
    }

    private static Verdicts verdicts(org.fieldward.proto.link.Verdicts verdicts) {
        Map<String, Long> quarantined = new HashMap<>();
        verdicts.getQuarantinedList().forEach(one -> quarantined.merge(one.getReason(), 1L, Long::sum));
        return new Verdicts(Ranges.set(verdicts.getAcceptedList()).size(), quarantined);
    }

    private static List<Ruling> rulings(DocumentVerdicts verdicts) {
        return verdicts.getVerdictsList().stream()
                // What cannot be a sequence is of a core that is broken: nothing here could be meant.
                .filter(one -> one.getSequence() > 0)
                .map(one ->
                        new Ruling(one.getEpoch(), one.getSequence(), one.getMark(), one.getTaken(), one.getDetail()))
                .toList();
    }
}
