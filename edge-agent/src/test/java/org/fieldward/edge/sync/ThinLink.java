package org.fieldward.edge.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.fieldward.edge.pace.PaceSettings;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * The real decider on a link of so many bytes a second, first in, first out, with a delay each way, which may die again and
 * again. No clock, no thread; a step is ten milliseconds.
 */
final class ThinLink {

    static final int RECORD_BYTES = 10;
    private static final long DELAY = 300;
    private static final long STEP = 10;
    private static final long BACK_AFTER = 2_000;

    /** A record that the core has, in the order of arrival. */
    record Arrived(Lane lane, long sequence, long storedAt, long at, boolean late) {
        long took() {
            return at - storedAt;
        }
    }

    private record Letter(long at, long order, long session, Runnable content) {}

    private final long bytesPerSecond;
    private final SyncDecider decider;
    private final Random random = new Random(7);
    private final List<NavigableMap<Long, Long>> waiting = new ArrayList<>();
    private final PriorityQueue<Letter> post =
            new PriorityQueue<>(Comparator.comparingLong(Letter::at).thenComparingLong(Letter::order));
    final List<Arrived> arrived = new ArrayList<>();
    final TreeMap<Long, Long> sentBytes = new TreeMap<>();
    private SequenceSet held = SequenceSet.EMPTY;
    private long next = 1;
    private long sessions;
    private long order;
    private long freeAt;
    private long session = -1;
    private long upSince;
    boolean windowOpen = true;
    long now;
    long wireBytes;

    ThinLink(long bytesPerSecond, PaceSettings pace) {
        this.bytesPerSecond = bytesPerSecond;
        for (int lane = 0; lane < Lane.values().length; lane++) {
            waiting.add(new TreeMap<>());
        }
        var usual = SyncSettings.DEFAULT;
        var settings = new SyncSettings(
                usual.maxBatch(),
                usual.linger(),
                usual.liveFor(),
                usual.ackTimeout(),
                usual.connectTimeout(),
                usual.backoff(),
                pace);
        decider = new SyncDecider(settings, () -> next, () -> ++sessions, random::nextDouble, () -> windowOpen, now);
    }

    /** As if it had been stored before the link came. */
    void backlog(Lane lane, long records) {
        for (long i = 0; i < records; i++) {
            of(lane).put(next++, now);
        }
    }

    void store(Lane lane, long records) {
        backlog(lane, records);
        on(new SyncEvent.Stored(lane, records));
    }

    private NavigableMap<Long, Long> of(Lane lane) {
        return waiting.get(lane.ordinal());
    }

    long waiting(Lane lane) {
        return of(lane).size();
    }

    /** @param livePerSecond vital signs that come in meanwhile */
    void run(Duration span, int livePerSecond) {
        runUntil(now + span.toMillis(), livePerSecond, Long.MAX_VALUE);
    }

    /** @param diesAfter how long each session lasts */
    void run(Duration span, int livePerSecond, Duration diesAfter) {
        runUntil(now + span.toMillis(), livePerSecond, diesAfter.toMillis());
    }

    private void runUntil(long end, int livePerSecond, long diesAfter) {
        while (now < end) {
            now += STEP;
            if (livePerSecond > 0 && now % 1000 == 0) {
                store(Lane.VITAL, livePerSecond);
            }
            while (!post.isEmpty() && post.peek().at() <= now) {
                Letter letter = post.remove();
                if (letter.session() == session) {
                    letter.content().run();
                }
            }
            if (session > 0 && now - upSince >= diesAfter) {
                long died = session;
                session = -1;
                freeAt = now + BACK_AFTER;
                on(new SyncEvent.LinkDown(died));
            }
            on(new SyncEvent.Tick());
        }
    }

    private void on(SyncEvent first) {
        SyncEvent event = first;
        while (true) {
            switch (decider.on(event, now)) {
                case SyncAction.Nothing nothing -> {
                    return;
                }
                case SyncAction.Hangup hangup -> {
                    session = -1;
                    return;
                }
                case SyncAction.Connect connect -> {
                    connect(connect.session());
                    return;
                }
                case SyncAction.Send send -> event = send(send);
            }
        }
    }

    private void connect(long number) {
        session = number;
        upSince = Math.max(now, freeAt);
        post(upSince + 2 * DELAY, () -> {
            forget(held);
            on(new SyncEvent.Welcomed(number, 8, 3));
        });
    }

    private SyncEvent send(SyncAction.Send send) {
        Lane lane = send.source().lane();
        var ranges = new ArrayList<SequenceRange>();
        var times = new ArrayList<Long>();
        NavigableMap<Long, Long> from =
                of(lane).subMap(send.within().first(), true, send.within().last(), true);
        for (Map.Entry<Long, Long> one : from.entrySet()) {
            if (ranges.size() == send.max()) {
                break;
            }
            if (!send.excluding().contains(one.getKey())) {
                ranges.add(SequenceRange.of(one.getKey()));
                times.add(one.getValue());
            }
        }
        if (ranges.isEmpty()) {
            return new SyncEvent.NothingThere(send.source());
        }
        var sequences = SequenceSet.of(ranges);
        long bytes = ranges.size() * (long) RECORD_BYTES;
        long size = bytes + Flights.OVERHEAD_BYTES;
        wireBytes += size;
        sentBytes.merge(now, size, Long::sum);
        freeAt = Math.max(now, freeAt) + size * 1000 / bytesPerSecond;
        post(freeAt + DELAY, () -> {
            held = held.plus(sequences);
            for (int i = 0; i < ranges.size(); i++) {
                arrived.add(new Arrived(
                        lane,
                        ranges.get(i).first(),
                        times.get(i),
                        now,
                        send.source().late()));
            }
            long number = session;
            post(now + DELAY, () -> {
                forget(sequences);
                on(new SyncEvent.Confirmed(number, sequences));
            });
        });
        return new SyncEvent.Sent(send.source(), sequences, bytes);
    }

    private void forget(SequenceSet sequences) {
        for (SequenceRange range : sequences.ranges()) {
            waiting.forEach(
                    lane -> lane.subMap(range.first(), true, range.last(), true).clear());
        }
    }

    private void post(long at, Runnable content) {
        post.add(new Letter(at, order++, session, content));
    }
}
