package org.fieldward.edge.buffer;

import java.util.List;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * The lives of one buffer file, by their first sequence. Each opening of the file begins one with what it stores first, so
 * that two copies of a file never give the same name to two records. Sequences go on from life to life. Immutable.
 */
public record Lives(List<Life> all) {

    /** Beyond any sequence that will ever be given out. */
    private static final long END = Long.MAX_VALUE / 2;

    /**
     * @param epoch positive and random: under it the core knows the records of this life
     * @param parent the epoch of the life before it in this file, 0 if there was none
     * @param first the first sequence that it may give out
     * @param kind how it came into this file
     */
    public record Life(long epoch, long parent, long first, Kind kind) {}

    public enum Kind {
        /** Nothing was stored in it: a core must not hear of it, it may never have been. */
        PENDING,
        BEGUN,
        /** Its records were found in a damaged file. */
        SALVAGED
    }

    public Lives {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a buffer file has at least one life");
        }
    }

    public Life newest() {
        return all.getLast();
    }

    /** The newest that is durable; before anything was stored there is none, and the one that will be is meant. */
    public Life newestBegun() {
        return all.reversed().stream()
                .filter(life -> life.kind() != Kind.PENDING)
                .findFirst()
                .orElse(newest());
    }

    /** The life that gave out this sequence. */
    public Life of(long sequence) {
        for (Life life : all.reversed()) {
            if (life.first() <= sequence) {
                return life;
            }
        }
        throw new IllegalArgumentException(
                "sequence must be at least " + all.getFirst().first() + ", was " + sequence);
    }

    /** Of these sequences, those that this epoch gave out. */
    public SequenceSet within(long epoch, SequenceSet sequences) {
        SequenceSet found = SequenceSet.EMPTY;
        for (int i = 0; i < all.size(); i++) {
            long last = i + 1 < all.size() ? all.get(i + 1).first() - 1 : END;
            Life life = all.get(i);
            if (life.epoch() == epoch && life.first() <= last) {
                found = found.plus(sequences.and(SequenceSet.of(new SequenceRange(life.first(), last))));
            }
        }
        return found;
    }
}
