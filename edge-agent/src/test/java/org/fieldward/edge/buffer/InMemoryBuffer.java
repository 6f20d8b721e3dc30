package org.fieldward.edge.buffer;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** A buffer that keeps the promises of order and number in memory; it survives a "crash" because the test keeps it. */
public final class InMemoryBuffer implements ReadingBuffer {

    private final TreeMap<Long, Entry> kept = new TreeMap<>();
    private final long maxEntries;
    private long next = 1;

    public InMemoryBuffer(long maxEntries) {
        this.maxEntries = maxEntries;
    }

    @Override
    public long epoch() {
        return 42;
    }

    @Override
    public synchronized long nextSequence() {
        return next;
    }

    @Override
    public synchronized Committed commit(Group group) {
        var appends = new ArrayList<AppendResult>();
        var entries = new ArrayList<Sequenced>();
        for (Append append : group.appends()) {
            boolean urgent = append.entries().stream().allMatch(e -> e.lane().compareTo(Lane.EVENT) <= 0);
            if (!urgent && kept.size() + append.entries().size() > maxEntries) {
                appends.add(new Full(kept.size(), maxEntries));
                continue;
            }
            long first = next;
            for (Entry entry : append.entries()) {
                entries.add(new Sequenced(next, entry));
                kept.put(next++, entry);
            }
            appends.add(new Stored(first, next - 1));
        }
        for (SequenceRange range : group.confirmed().ranges()) {
            kept.subMap(range.first(), true, range.last(), true).clear();
        }
        List<AppendResult> rejected = group.rejected().stream()
                .<AppendResult>map(any -> new Stored(0, 0))
                .toList();
        return new Committed(appends, rejected, entries, true);
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
    public void close() {}
}
