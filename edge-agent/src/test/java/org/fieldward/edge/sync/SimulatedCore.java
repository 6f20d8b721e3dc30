package org.fieldward.edge.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * A core by the book: a journal that commits in groups, and a follower whose results and cursor move together. Crashes
 * take what is not committed. And the bugs that one could have.
 */
final class SimulatedCore {

    /** One record among all epochs of the gateway. */
    record Name(long epoch, long sequence) {}

    /** Came and is not committed yet. */
    private record Received(long epoch, Slice slice, Consumer<SequenceSet> confirm) {}

    private record Arrival(long epoch, List<Sequenced> fresh) {}

    private static final long CURSOR_SAVED_EVERY = 3000;

    private final Optional<PlantedBug> bug;
    private final Map<Name, Sequenced> evidence;

    private final List<Received> inbox = new ArrayList<>();
    private final List<Arrival> journal = new ArrayList<>();
    private final Map<Long, SequenceSet> believed = new HashMap<>();
    private final Map<Long, SequenceSet> held = new HashMap<>();

    private final Set<Name> applied = new HashSet<>();
    private final Set<Integer> done = new HashSet<>();
    private int cursor;
    private int savedCursor;
    private int newestApplied = -1;
    private long cursorSavedAt;
    private long repeated;

    /** @param evidence what devices were acknowledged for, to compare with */
    SimulatedCore(Map<Name, Sequenced> evidence, Optional<PlantedBug> bug) {
        this.evidence = evidence;
        this.bug = bug;
    }

    void receive(long epoch, Slice slice, Consumer<SequenceSet> confirm) {
        if (has(PlantedBug.ACK_BEFORE_JOURNAL)) {
            confirm.accept(slice.sequences());
            inbox.add(new Received(epoch, slice, sequences -> {}));
        } else {
            inbox.add(new Received(epoch, slice, confirm));
        }
    }

    /** Makes what came durable, and then says so. */
    void commit() {
        for (Received one : inbox) {
            journal(one.epoch(), one.slice());
        }
        for (Received one : inbox) {
            one.confirm().accept(confirmed(one.slice().sequences()));
        }
        inbox.clear();
    }

    private SequenceSet confirmed(SequenceSet sequences) {
        if (!has(PlantedBug.ACK_NAMES_ONE_TOO_MANY)) {
            return sequences;
        }
        return sequences.plus(
                SequenceSet.of(SequenceRange.of(sequences.ranges().getLast().last() + 1)));
    }

    private void journal(long epoch, Slice slice) {
        SequenceSet known = covered(epoch);
        List<Sequenced> records = BatchCodec.decode(slice.content().toByteArray());
        repeated += slice.sequences().and(known).size();
        if (!has(PlantedBug.REPETITION_JOURNALLED)) {
            records = records.stream()
                    .filter(one -> !known.contains(one.sequence()))
                    .toList();
        }
        for (Sequenced one : records) {
            Invariant.SAME_CONTENT.check(
                    one.equals(evidence.get(new Name(epoch, one.sequence()))),
                    "sequence " + one.sequence() + " is at the core as another record");
        }
        if (!records.isEmpty()) {
            journal.add(new Arrival(epoch, records));
            held.merge(epoch, slice.sequences(), SequenceSet::plus);
        }
        believed.merge(key(epoch), slice.sequences(), SequenceSet::plus);
    }

    private long key(long epoch) {
        return has(PlantedBug.EPOCH_IGNORED) ? 0 : epoch;
    }

    /** What it says that it holds. */
    SequenceSet covered(long epoch) {
        return believed.getOrDefault(key(epoch), SequenceSet.EMPTY);
    }

    /** What really came, and is durable. */
    SequenceSet held(long epoch) {
        return held.getOrDefault(epoch, SequenceSet.EMPTY);
    }

    /** A step of the follower: the results of at most so many arrivals. */
    void follow(int most, long now) {
        for (int i = 0; i < most && done.size() < journal.size() && cursor < journal.size(); i++) {
            if (has(PlantedBug.APPLIED_OUT_OF_ORDER)) {
                int newest = journal.size() - 1;
                while (done.contains(newest)) {
                    newest--;
                }
                apply(newest);
            } else {
                apply(cursor++);
            }
        }
        if (!has(PlantedBug.CURSOR_AFTER_RESULT) || now - cursorSavedAt >= CURSOR_SAVED_EVERY) {
            savedCursor = cursor;
            cursorSavedAt = now;
        }
    }

    private void apply(int place) {
        Arrival arrival = journal.get(place);
        for (Sequenced one : arrival.fresh()) {
            Invariant.APPLIED_ONCE.check(
                    applied.add(new Name(arrival.epoch(), one.sequence())),
                    "sequence " + one.sequence() + " has two results");
        }
        Invariant.APPLIED_IN_ORDER.check(
                place > newestApplied, "arrival " + place + " was applied after " + newestApplied);
        newestApplied = place;
        done.add(place);
    }

    void crash() {
        inbox.clear();
        cursor = has(PlantedBug.CURSOR_LOST) ? journal.size() : savedCursor;
        savedCursor = cursor;
    }

    boolean isApplied(Name name) {
        return applied.contains(name);
    }

    long repeated() {
        return repeated;
    }

    private boolean has(PlantedBug one) {
        return bug.isPresent() && bug.get() == one;
    }
}
