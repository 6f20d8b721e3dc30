package org.fieldward.core.intake;

import static org.fieldward.core.fuzz.Check.that;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.ServerCallStreamObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.fieldward.core.fuzz.Dice;
import org.fieldward.core.fuzz.Opened;
import org.fieldward.core.journal.Appender;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.journal.Line;
import org.fieldward.core.journal.MemoryJournal;
import org.fieldward.core.registry.MemoryGateways;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.LaneBacklog;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** A session with a gateway that says anything: nothing throws, and only what the journal holds is confirmed. */
public final class LinkFuzz {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final int MAX_MESSAGES = 40;
    private static final IntakeSettings SETTINGS = new IntakeSettings(
            new InetSocketAddress("127.0.0.1", 0),
            List.of("localhost"),
            4,
            1 << 20,
            100,
            100,
            Duration.ofSeconds(5),
            Duration.ofDays(30));

    /** One thread for all inputs: its journal is that of the input at hand. */
    private static final AtomicReference<MemoryJournal> JOURNAL = new AtomicReference<>(new MemoryJournal());

    private static final Appender APPENDER = new Appender(new Present(), 1_000, 64 << 20, () -> {});

    private LinkFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        var journal = new MemoryJournal();
        JOURNAL.set(journal);
        var gateways = new MemoryGateways(() -> NOON);
        gateways.admit("g1", new byte[32], NOON.plusSeconds(60));
        gateways.certified("g1", "f1", NOON.plusSeconds(60));
        var stream = new Stream();
        Instant[] now = {NOON};
        var admission = new Admission(100, 100, NOON.toEpochMilli());
        var session = new Session(
                new Session.Doors(journal, APPENDER, gateways, new Sessions(), admission, SETTINGS, () -> now[0]),
                new Peer("g1", "f1"),
                stream);
        for (int i = 0; i < MAX_MESSAGES && !dice.isEmpty(); i++) {
            int step = dice.below(16);
            if (step == 0) {
                now[0] = now[0].plusSeconds(dice.octet());
            } else if (step == 1) {
                gateways.revoke("g1");
            } else {
                say(session, dice, step);
            }
        }
        // Behind all that was submitted before.
        APPENDER.submit(new Journal.Arrival(
                        "last", 1, Lane.EVENT, SequenceSet.of(SequenceRange.of(1)), ByteString.EMPTY, NOON))
                .toCompletableFuture()
                .join();
        session.onCompleted();
        Opened.check(journal);
        stream.check(journal);
    }

    private static void say(Session session, Dice dice, int step) {
        FromGateway.Builder message = FromGateway.newBuilder();
        switch (step) {
            case 2, 3 -> {
                try {
                    message.mergeFrom(dice.take(dice.twoOctets()));
                } catch (InvalidProtocolBufferException e) {
                    // gRPC ends such a call before anybody hears of it.
                    return;
                }
            }
            case 4, 5, 6 -> message.setHello(hello(dice));
            case 7 -> message.setHeartbeat(heartbeat(dice));
            default -> message.setBatch(batch(dice));
        }
        session.onNext(message.build());
    }

    private static Hello hello(Dice dice) {
        int how = dice.octet();
        return Hello.newBuilder()
                .setGateway(how < 200 ? "g1" : dice.text())
                .setSession(how < 220 ? 1 : dice.octet())
                .setEpoch(how < 230 ? 1 : dice.octet())
                .setOldestProtocol(1)
                .setNewestProtocol(how < 240 ? 3 : dice.octet())
                .build();
    }

    private static Heartbeat heartbeat(Dice dice) {
        return Heartbeat.newBuilder()
                .setOldestUnconfirmedAgeSeconds((long) dice.twoOctets() << 48 | dice.octet())
                .addBacklog(LaneBacklog.newBuilder().setLaneValue(dice.octet()).setRecords(dice.octet()))
                .build();
    }

    private static Batch batch(Dice dice) {
        Batch.Builder batch = Batch.newBuilder()
                .setNumber(dice.octet())
                .setEpoch(dice.below(4))
                .setLaneValue(dice.below(8));
        for (int i = dice.below(4); i >= 0; i--) {
            long first = dice.octet();
            batch.addRanges(Range.newBuilder().setFirst(first).setLast(first + (byte) dice.octet()));
        }
        return batch.setContent(ByteString.copyFrom(dice.take(dice.twoOctets())))
                .build();
    }

    /** Hands on to the journal of the input at hand. */
    private static final class Present implements Journal {
        @Override
        public boolean hear(String gateway, Line line, Instant now) {
            return JOURNAL.get().hear(gateway, line, now);
        }

        @Override
        public List<AppendResult> append(List<Arrival> arrivals) {
            return JOURNAL.get().append(arrivals);
        }

        @Override
        public SequenceSet covered(String gateway, long epoch) {
            return JOURNAL.get().covered(gateway, epoch);
        }

        @Override
        public List<Entry> after(long id, int limit) {
            return JOURNAL.get().after(id, limit);
        }

        @Override
        public List<Entry> after(long id, Lane lane, int limit) {
            return JOURNAL.get().after(id, lane, limit);
        }

        @Override
        public void setAside(String gateway, ByteString content, String reason, Instant arrivedAt) {
            JOURNAL.get().setAside(gateway, content, reason, arrivedAt);
        }
    }

    /** Remembers what the core says. */
    private static final class Stream extends ServerCallStreamObserver<FromCore> {
        private final List<FromCore> said = new ArrayList<>();
        private boolean ended;

        void check(Journal journal) {
            for (FromCore message : said) {
                if (message.hasConfirm()) {
                    SequenceSet confirmed = SequenceSet.of(message.getConfirm().getRangesList().stream()
                            .map(range -> new SequenceRange(range.getFirst(), range.getLast()))
                            .toList());
                    that(
                            confirmed
                                    .minus(journal.covered(
                                            "g1", message.getConfirm().getEpoch()))
                                    .isEmpty(),
                            "only what the journal holds is confirmed");
                }
            }
            that(said.stream().filter(FromCore::hasWelcome).count() <= 1, "a session is opened once");
            that(said.stream().filter(FromCore::hasRefusal).count() <= 1, "a session is refused once");
        }

        @Override
        public synchronized void onNext(FromCore message) {
            that(!ended, "nothing is said after the end");
            said.add(message);
        }

        @Override
        public synchronized void onError(Throwable failure) {
            ended = true;
        }

        @Override
        public synchronized void onCompleted() {
            that(!ended, "the stream ends once");
            ended = true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void disableAutoRequest() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
