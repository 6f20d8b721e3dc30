package org.fieldward.core.journal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * The line of lives that a gateway's buffer file says it has, oldest first, and by which copies of one file are told apart.
 * Pure.
 *
 * @param nextSequence the next that the file will give out
 */
public record Line(List<Life> lives, long nextSequence) {

    /**
     * @param parent the epoch before it in the same file, 0 if there was none
     * @param first the first sequence that it may have given out
     */
    public record Life(long epoch, long parent, long first) {}

    public Line {
        lives = List.copyOf(lives);
    }

    /** Every epoch that is in it. */
    Set<Long> epochs() {
        var epochs = new HashSet<Long>();
        lives.forEach(life -> {
            epochs.add(life.epoch());
            epochs.add(life.parent());
        });
        epochs.remove(0L);
        return epochs;
    }

    /**
     * Whether another copy of the file has spoken: one whose line this is not, or one that went on in a life which this one
     * had left.
     *
     * @param last the epoch that spoke last, 0 if none did
     * @param known which of {@link #epochs} have spoken before
     * @param covered what the core holds of an epoch
     */
    boolean isCopy(long last, Set<Long> known, LongFunction<SequenceSet> covered) {
        if (lives.isEmpty()) {
            return false;
        }
        // A fresh file has nothing in common with the one before it, and is no copy.
        boolean strange = last != 0 && !epochs().contains(last) && !known.isEmpty();
        boolean parted = lives.stream()
                .filter(life -> !known.contains(life.epoch()))
                .anyMatch(life -> life.parent() != 0 && reaches(covered.apply(life.parent()), life.first()));
        return strange || parted || reaches(covered.apply(lives.getLast().epoch()), nextSequence);
    }

    private static boolean reaches(SequenceSet covered, long sequence) {
        return !covered.isEmpty() && covered.ranges().getLast().last() >= sequence;
    }
}
