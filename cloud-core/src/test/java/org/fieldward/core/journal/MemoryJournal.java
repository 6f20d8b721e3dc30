package org.fieldward.core.journal;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/** The journal in memory, for tests that are not about the store. */
public final class MemoryJournal implements Journal {

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, SequenceSet> covered = new HashMap<>();
    private final Map<String, Set<Long>> heard = new HashMap<>();
    private final Map<String, Long> last = new HashMap<>();

    @Override
    public synchronized List<AppendResult> append(List<Arrival> arrivals) {
        var results = new ArrayList<AppendResult>();
        for (Arrival arrival : arrivals) {
            String life = arrival.gateway() + "/" + arrival.epoch();
            SequenceSet before = covered.getOrDefault(life, SequenceSet.EMPTY);
            SequenceSet fresh = arrival.covers().minus(before);
            covered.put(life, before.plus(arrival.covers()));
            if (fresh.isEmpty()) {
                results.add(new AppendResult.Duplicate());
            } else {
                entries.add(new Entry(entries.size() + 1, arrival, fresh));
                results.add(new AppendResult.Appended(entries.size(), fresh));
            }
        }
        return results;
    }

    @Override
    public synchronized SequenceSet covered(String gateway, long epoch) {
        return covered.getOrDefault(gateway + "/" + epoch, SequenceSet.EMPTY);
    }

    @Override
    public synchronized boolean hear(String gateway, Line line, Instant now) {
        if (line.lives().isEmpty()) {
            return false;
        }
        Set<Long> known = heard.computeIfAbsent(gateway, any -> new HashSet<>());
        var before = new HashSet<>(line.epochs());
        before.retainAll(known);
        boolean copy = line.isCopy(last.getOrDefault(gateway, 0L), before, epoch -> covered(gateway, epoch));
        line.lives().forEach(life -> known.add(life.epoch()));
        last.put(gateway, line.lives().getLast().epoch());
        return copy;
    }

    @Override
    public synchronized List<Entry> after(long id, int limit) {
        return entries.stream().filter(entry -> entry.id() > id).limit(limit).toList();
    }

    @Override
    public synchronized List<Entry> after(long id, Lane lane, int limit) {
        return entries.stream()
                .filter(entry -> entry.id() > id && entry.arrival().lane() == lane)
                .limit(limit)
                .toList();
    }

    @Override
    public void setAside(String gateway, ByteString content, String reason, Instant arrivedAt) {
        // Nobody reads it back through this interface.
    }
}
