package org.fieldward.installer.crowd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.fieldward.core.intake.Admission;
import org.fieldward.edge.sync.SyncAction;
import org.fieldward.edge.sync.SyncDecider;
import org.fieldward.edge.sync.SyncEvent;
import org.fieldward.edge.sync.SyncSettings;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * The real deciders of many gateways and the core's real admission, from a seed: no clock, no thread, no socket. The core
 * journals so many batches a second and holds so many bytes; all gateways lose it at the same moment.
 */
final class Crowd {

    /** Of one record in a batch. */
    private static final int RECORD_BYTES = 10;

    private static final int STEP = 20;
    private static final int DELAY = 40;
    private static final int WINDOW = 16;

    /** What the core can bear. */
    record Bearing(int batchesPerSecond, long maxWaitingBytes) {}

    private record Letter(long at, long order, Runnable content) {}

    private record Waiting(Gateway from, long session, SequenceSet sequences, long bytes) {}

    private final Random random;
    private final Admission admission;
    private final Bearing bearing;
    private final List<Gateway> gateways = new ArrayList<>();
    private final ArrayDeque<Waiting> inbox = new ArrayDeque<>();
    private final PriorityQueue<Letter> post =
            new PriorityQueue<>(Comparator.comparingLong(Letter::at).thenComparingLong(Letter::order));
    private final TreeMap<Long, Integer> calls = new TreeMap<>();
    private long waitingBytes;
    private double journalled;
    private long order;
    private long now;
    private int open;
    private boolean down;
    private boolean jitter = true;

    long mostWaitingBytes;
    int opened;
    int turnedAway;
    int thrownOut;
    Optional<Duration> caughtUp = Optional.empty();

    /** One gateway with a backlog of vital signs. */
    private final class Gateway {
        private final SyncDecider decider;
        private final long last;
        private SequenceSet waiting;
        private long sessions;
        private long session = -1;
        private boolean in;

        Gateway(long records) {
            last = records;
            waiting = SequenceSet.of(new SequenceRange(1, records));
            decider = new SyncDecider(
                    SyncSettings.DEFAULT,
                    () -> last + 1,
                    () -> ++sessions,
                    () -> jitter ? random.nextDouble() : 0.5,
                    () -> true,
                    now);
        }

        void on(SyncEvent first) {
            SyncEvent event = first;
            while (true) {
                switch (decider.on(event, now)) {
                    case SyncAction.Nothing nothing -> {
                        return;
                    }
                    case SyncAction.Hangup hangup -> {
                        leave();
                        return;
                    }
                    case SyncAction.Connect connect -> {
                        session = connect.session();
                        calls.merge(now / 1000, 1, Integer::sum);
                        post(() -> called(this, connect.session()));
                        return;
                    }
                    case SyncAction.Send send -> event = send(send);
                }
            }
        }

        private void leave() {
            session = -1;
            if (in) {
                in = false;
                open--;
            }
        }

        private SyncEvent send(SyncAction.Send send) {
            SequenceSet free = send.source().lane() == Lane.VITAL
                    ? waiting.and(SequenceSet.of(send.within())).minus(send.excluding())
                    : SequenceSet.EMPTY;
            if (free.isEmpty()) {
                return new SyncEvent.NothingThere(send.source());
            }
            SequenceRange first = free.ranges().getFirst();
            var batch = SequenceSet.of(
                    new SequenceRange(first.first(), Math.min(first.last(), first.first() + send.max() - 1)));
            long bytes = batch.size() * RECORD_BYTES;
            long mine = session;
            post(() -> came(new Waiting(this, mine, batch, bytes)));
            return new SyncEvent.Sent(send.source(), batch, bytes);
        }
    }

    Crowd(long seed, int size, long recordsEach, Admission admission, Bearing bearing) {
        random = new Random(seed);
        this.admission = admission;
        this.bearing = bearing;
        for (int i = 0; i < size; i++) {
            gateways.add(new Gateway(recordsEach));
        }
    }

    /** The mistake that the jitter is there against. */
    void withoutJitter() {
        jitter = false;
    }

    /** They call, the core is away for a while, and then it is there again for all at the same moment. */
    void run(Duration away, Duration longest) {
        down = true;
        long back = away.toMillis();
        while (now < back + longest.toMillis() && caughtUp.isEmpty()) {
            now += STEP;
            if (down && now >= back) {
                down = false;
                calls.clear();
            }
            while (!post.isEmpty() && post.peek().at() <= now) {
                post.remove().content().run();
            }
            journal();
            gateways.forEach(gateway -> gateway.on(new SyncEvent.Tick()));
            if (gateways.stream().allMatch(gateway -> gateway.waiting.isEmpty())) {
                caughtUp = Optional.of(Duration.ofMillis(now - back));
            }
        }
    }

    /** Calls in the busiest second from the first one on after the core came back. */
    int mostCallsInASecond() {
        return calls.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private void called(Gateway gateway, long session) {
        if (gateway.session != session) {
            return;
        }
        if (down) {
            gateway.on(new SyncEvent.LinkDown(session));
            return;
        }
        Optional<Duration> away = admission.turnedAway(open, waitingBytes > bearing.maxWaitingBytes() / 2, now);
        if (away.isPresent()) {
            turnedAway++;
            gateway.on(new SyncEvent.Refused(session, away));
            return;
        }
        opened++;
        open++;
        gateway.in = true;
        gateway.on(new SyncEvent.Welcomed(session, WINDOW, 3));
    }

    private void came(Waiting batch) {
        if (batch.from().session != batch.session()) {
            return;
        }
        if (waitingBytes + batch.bytes() > bearing.maxWaitingBytes()) {
            thrownOut++;
            batch.from().on(new SyncEvent.Refused(batch.session(), admission.turnedAway(open, true, now)));
            return;
        }
        waitingBytes += batch.bytes();
        mostWaitingBytes = Math.max(mostWaitingBytes, waitingBytes);
        inbox.add(batch);
    }

    private void journal() {
        journalled = Math.min(bearing.batchesPerSecond(), journalled + bearing.batchesPerSecond() * STEP / 1000.0);
        while (journalled >= 1 && !inbox.isEmpty()) {
            journalled--;
            Waiting batch = inbox.remove();
            waitingBytes -= batch.bytes();
            post(() -> {
                batch.from().waiting = batch.from().waiting.minus(batch.sequences());
                batch.from().on(new SyncEvent.Confirmed(batch.session(), batch.sequences()));
            });
        }
    }

    private void post(Runnable content) {
        post.add(new Letter(now + DELAY, order++, content));
    }
}
