package org.fieldward.edge.buffer;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.Lives.Kind;
import org.fieldward.edge.buffer.Lives.Life;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.edge.buffer.quota.GapBook;
import org.fieldward.edge.buffer.quota.LaneBytes;
import org.fieldward.edge.buffer.quota.LanePolicy;
import org.fieldward.edge.buffer.quota.LanePolicy.Verdict;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * A buffer that keeps the promises of order, number and quota in memory, where an entry counts as a byte; it survives a
 * "crash" because the test keeps it.
 */
public final class InMemoryBuffer implements ReadingBuffer {

    private final TreeMap<Long, Entry> kept = new TreeMap<>();
    private final TreeSet<Long> told = new TreeSet<>();
    private final Map<Lane, Map<Gap.Reason, Long>> lost = new EnumMap<>(Lane.class);
    private final LaneBytes used = new LaneBytes();
    private final LanePolicy policy;
    private final long maxEntries;
    private GapBook gaps = GapBook.EMPTY;
    private final List<Ruling> rulings = new ArrayList<>();
    private long thinnedTo;
    private long next = 1;
    private Lives lives = new Lives(List.of(new Life(42, 0, 1, Kind.BEGUN)));

    public InMemoryBuffer(long maxEntries) {
        this.maxEntries = maxEntries;
        policy = new LanePolicy(maxEntries, Long.MAX_VALUE, 40);
    }

    /** What the core said, in its order. */
    public synchronized List<Ruling> rulings() {
        return List.copyOf(rulings);
    }

    @Override
    public synchronized Lives lives() {
        return lives;
    }

    @Override
    public boolean salvage(Salvaged part) {
        throw new UnsupportedOperationException("memory is never damaged");
    }

    @Override
    public synchronized long nextSequence() {
        return next;
    }

    @Override
    public synchronized Committed commit(Group group) {
        var appends = new ArrayList<AppendResult>();
        var entries = new ArrayList<Sequenced>();
        for (SequenceRange range : group.confirmed().ranges()) {
            var gone = kept.subMap(range.first(), true, range.last(), true);
            gone.values().forEach(entry -> used.add(entry.lane(), -1));
            gone.clear();
            told.subSet(range.first(), true, range.last(), true).clear();
        }
        rulings.addAll(group.rulings());
        for (Append append : group.appends()) {
            LaneBytes wanted = bytes(append.entries());
            switch (policy.decide(used, new LaneBytes(), wanted)) {
                case Verdict.Refuse refuse -> {
                    lose(
                            append.entries().stream()
                                    .filter(entry -> entry.lane() != Lane.ALARM)
                                    .toList(),
                            Gap.Reason.REFUSED);
                    appends.add(new Full(refuse.used(), refuse.allowed()));
                }
                case Verdict.Evict evict -> {
                    evict(Lane.WAVEFORM, evict.waveforms());
                    evict(Lane.TREND, evict.trends());
                    appends.add(take(append.entries(), entries));
                }
                case Verdict.Admit admit -> {
                    appends.add(take(append.entries(), entries));
                }
            }
        }
        if (group.tellGaps().isPresent() && told.isEmpty()) {
            long first = next;
            take(
                    gaps.losses().stream()
                            .map(loss -> loss.gap(group.tellGaps().get()))
                            .toList(),
                    entries);
            for (long sequence = first; sequence < next; sequence++) {
                told.add(sequence);
            }
            gaps = GapBook.EMPTY;
        }
        if (group.parts()) {
            Life old = lives.newest();
            lives = new Lives(List.of(new Life(old.epoch() + 1, old.epoch(), old.first(), Kind.BEGUN)));
        }
        List<AppendResult> rejected = group.rejected().stream()
                .<AppendResult>map(any -> new Stored(0, 0))
                .toList();
        return new Committed(appends, rejected, entries, true);
    }

    private AppendResult take(List<? extends Entry> admitted, List<Sequenced> entries) {
        long first = next;
        for (Entry entry : admitted) {
            entries.add(new Sequenced(next, entry));
            kept.put(next++, entry);
            used.add(entry.lane(), 1);
        }
        return new Stored(first, next - 1);
    }

    private static LaneBytes bytes(Collection<? extends Entry> entries) {
        var bytes = new LaneBytes();
        entries.forEach(entry -> bytes.add(entry.lane(), 1));
        return bytes;
    }

    private void evict(Lane lane, long count) {
        long left = count;
        if (lane == Lane.WAVEFORM) {
            List<Long> thinned = new ArrayList<>();
            for (var one : kept.tailMap(thinnedTo, false).entrySet()) {
                if (thinned.size() == count) {
                    break;
                }
                thinnedTo = one.getKey();
                if (one.getValue().lane() == lane
                        && LanePolicy.thins(one.getValue().stamp().receivedAt())) {
                    thinned.add(one.getKey());
                }
            }
            left -= thinned.size();
            lose(thinned.stream().map(this::remove).toList(), Gap.Reason.THINNED);
        }
        List<Long> oldest = kept.entrySet().stream()
                .filter(one -> one.getValue().lane() == lane)
                .map(Map.Entry::getKey)
                .sorted(Comparator.naturalOrder())
                .limit(left)
                .toList();
        lose(oldest.stream().map(this::remove).toList(), Gap.Reason.EVICTED);
    }

    private Entry remove(long sequence) {
        Entry entry = Objects.requireNonNull(kept.remove(sequence));
        used.add(entry.lane(), -1);
        return entry;
    }

    private void lose(List<? extends Entry> entries, Gap.Reason reason) {
        List<Loss> losses = Loss.of(entries, reason);
        gaps = gaps.plus(losses);
        losses.forEach(loss -> lost.computeIfAbsent(loss.lane(), any -> new EnumMap<>(Gap.Reason.class))
                .merge(reason, loss.count(), Long::sum));
    }

    @Override
    public synchronized Optional<Slice> read(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
        List<Sequenced> found = kept.subMap(within.first(), true, within.last(), true).entrySet().stream()
                .filter(one -> one.getValue().lane() == lane && !excluding.contains(one.getKey()))
                .limit(max)
                .map(one -> new Sequenced(one.getKey(), one.getValue()))
                .toList();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Slice(
                lane,
                lives.newest().epoch(),
                SequenceSet.of(found.stream()
                        .map(one -> SequenceRange.of(one.sequence()))
                        .toList()),
                found.getFirst().entry().stamp().receivedAt(),
                ByteString.copyFrom(BatchCodec.encode(found))));
    }

    @Override
    public synchronized Backlog backlog(Lane lane) {
        List<Entry> entries =
                kept.values().stream().filter(one -> one.lane() == lane).toList();
        return new Backlog(
                entries.size(),
                entries.stream().map(one -> one.stamp().receivedAt()).findFirst());
    }

    @Override
    public synchronized boolean hasBacklog() {
        return !kept.isEmpty();
    }

    @Override
    public synchronized Usage usage() {
        return new Usage(kept.size(), maxEntries);
    }

    @Override
    public synchronized Map<Lane, Map<Gap.Reason, Long>> lost() {
        return Map.copyOf(lost);
    }

    @Override
    public void close() {}
}
