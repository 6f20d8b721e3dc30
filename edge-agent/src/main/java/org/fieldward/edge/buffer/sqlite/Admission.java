package org.fieldward.edge.buffer.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.quota.LaneBytes;
import org.fieldward.edge.buffer.quota.LanePolicy;
import org.fieldward.edge.buffer.quota.LanePolicy.Verdict;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;

/** What comes in with one transaction, and what goes for it. */
final class Admission {

    private final LanePolicy policy;
    private final LaneEviction eviction;
    private final LaneBytes kept;
    private final LaneBytes pending = new LaneBytes();
    private final RecordGroups.Change went = new RecordGroups.Change();
    private final List<Sequenced> entries = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private long next;

    /**
     * @param kept what is on disk
     * @param next the next sequence to be given out
     */
    Admission(LanePolicy policy, LaneEviction eviction, LaneBytes kept, long next) {
        this.policy = policy;
        this.eviction = eviction;
        this.kept = kept;
        this.next = next;
    }

    /** Each is admitted or not, in their order. */
    List<AppendResult> admit(List<Append> appends) throws SQLException {
        var results = new ArrayList<AppendResult>(appends.size());
        boolean room = hasRoom(appends);
        for (Append append : appends) {
            results.add(room ? take(append.entries()) : admit(append));
        }
        return results;
    }

    /** For all of them together, as nearly always; then there is room for each, and none has to be asked. */
    private boolean hasRoom(List<Append> appends) {
        var wanted = new LaneBytes();
        boolean documents = false;
        for (Append append : appends) {
            documents |= reckon(append, wanted);
        }
        if (!(policy.decide(kept, pending, wanted, documents) instanceof Verdict.Admit)) {
            return false;
        }
        pending.add(wanted);
        return true;
    }

    /** Returns whether there are documents in it. */
    private static boolean reckon(Append append, LaneBytes wanted) {
        boolean documents = false;
        for (Entry entry : append.entries()) {
            wanted.add(entry.lane(), RecordGroups.estimatedBytes(entry));
            documents |= entry instanceof Document;
        }
        return documents;
    }

    AppendResult admit(Append append) throws SQLException {
        var wanted = new LaneBytes();
        boolean documents = reckon(append, wanted);
        return switch (policy.decide(kept, pending, wanted, documents)) {
            case Verdict.Admit admit -> {
                pending.add(wanted);
                yield take(append.entries());
            }
            case Verdict.Evict evict -> {
                var gone = new RecordGroups.Change();
                eviction.evict(Lane.WAVEFORM, evict.waveforms(), gone, losses);
                eviction.evict(Lane.TREND, evict.trends(), gone, losses);
                went.add(gone);
                kept.add(gone.bytes);
                pending.add(wanted);
                yield take(append.entries());
            }
            case Verdict.Refuse refuse -> refuse(append, new Full(refuse.used(), refuse.allowed()));
        };
    }

    private AppendResult take(List<? extends Entry> admitted) {
        long first = next;
        admitted.forEach(this::add);
        return new Stored(first, next - 1);
    }

    void add(Entry entry) {
        entries.add(new Sequenced(next++, entry));
    }

    AppendResult refuse(Append append, Full full) {
        losses.addAll(refused(append));
        return full;
    }

    /** What never waits where the disk itself is full. A document may be large, and its sender is told. */
    static boolean isUrgent(Append append) {
        return append.entries().stream()
                .allMatch(entry -> entry.lane().compareTo(Lane.EVENT) <= 0 && !(entry instanceof Document));
    }

    /**
     * Who stores an alarm tries until it is stored, who brings a document has it still, and a replayed payload stays in the
     * quarantine.
     */
    static List<Loss> refused(Append append) {
        return append.replays().isPresent()
                ? List.of()
                : Loss.of(
                        append.entries().stream()
                                .filter(entry -> entry.lane() != Lane.ALARM && !(entry instanceof Document))
                                .toList(),
                        Gap.Reason.REFUSED);
    }

    long next() {
        return next;
    }

    List<Sequenced> entries() {
        return entries;
    }

    List<Loss> losses() {
        return losses;
    }

    RecordGroups.Change went() {
        return went;
    }
}
