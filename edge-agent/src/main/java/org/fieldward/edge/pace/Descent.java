package org.fieldward.edge.pace;

import org.fieldward.proto.sequence.SequenceRange;

/**
 * The way through a backlog from its newest end, for a reader that reads a range upwards: piece after piece, downwards. What
 * grows at the new end while it goes comes first. Where a piece holds nothing the next is twice as large, so that a lane
 * of few records is passed quickly. For one thread.
 */
public final class Descent {

    private final long piece;

    /** From here up to {@code to} nothing is left to send. */
    private long from;

    private long to;
    private long step;

    /**
     * @param newest the last sequence of the backlog
     * @param piece sequences in one piece
     */
    public Descent(long newest, long piece) {
        this.piece = piece;
        from = newest + 1;
        to = newest;
        step = piece;
    }

    /** Where to read next; to be asked only while {@link #isOver} is false. */
    public SequenceRange next(long newest) {
        return newest > to ? new SequenceRange(to + 1, newest) : new SequenceRange(Math.max(1, from - step), from - 1);
    }

    /** Something was there. */
    public void found() {
        step = piece;
    }

    /** Nothing was there. */
    public void nothing(long newest) {
        if (newest > to) {
            to = newest;
        } else {
            from = Math.max(1, from - step);
            step *= 2;
        }
    }

    public boolean isOver(long newest) {
        return newest <= to && from <= 1;
    }
}
