package org.fieldward.proto.sequence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A set of sequence numbers, kept as the fewest ascending ranges that hold them. Immutable. */
public final class SequenceSet {

    public static final SequenceSet EMPTY = new SequenceSet(List.of());

    private final List<SequenceRange> ranges;

    private SequenceSet(List<SequenceRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** In any order, overlapping or not. */
    public static SequenceSet of(Collection<SequenceRange> ranges) {
        var sorted = new ArrayList<>(ranges);
        sorted.sort((a, b) -> Long.compare(a.first(), b.first()));
        var merged = new ArrayList<SequenceRange>();
        for (SequenceRange range : sorted) {
            SequenceRange previous = merged.isEmpty() ? null : merged.getLast();
            if (previous != null && range.first() <= previous.last() + 1) {
                merged.set(
                        merged.size() - 1,
                        new SequenceRange(previous.first(), Math.max(previous.last(), range.last())));
            } else {
                merged.add(range);
            }
        }
        return new SequenceSet(merged);
    }

    public static SequenceSet of(SequenceRange... ranges) {
        return of(List.of(ranges));
    }

    /** The ranges, ascending, with at least one missing number between any two. */
    public List<SequenceRange> ranges() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** How many numbers it holds. */
    public long size() {
        return ranges.stream().mapToLong(SequenceRange::size).sum();
    }

    public boolean contains(long sequence) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            SequenceRange range = ranges.get(middle);
            if (sequence < range.first()) {
                high = middle - 1;
            } else if (sequence > range.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    public SequenceSet plus(SequenceSet other) {
        if (other.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return of(all);
    }

    /** What is here and not in {@code other}. */
    public SequenceSet minus(SequenceSet other) {
        var left = new ArrayList<SequenceRange>();
        int at = 0;
        for (SequenceRange range : ranges) {
            long from = range.first();
            while (at < other.ranges.size() && other.ranges.get(at).last() < from) {
                at++;
            }
            for (int i = at; i < other.ranges.size() && other.ranges.get(i).first() <= range.last(); i++) {
                SequenceRange hole = other.ranges.get(i);
                if (hole.first() > from) {
                    left.add(new SequenceRange(from, hole.first() - 1));
                }
                from = Math.max(from, hole.last() + 1);
            }
            if (from <= range.last()) {
                left.add(new SequenceRange(from, range.last()));
            }
        }
        return new SequenceSet(left);
    }

    public SequenceSet and(SequenceSet other) {
        return minus(minus(other));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequenceSet set && ranges.equals(set.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
