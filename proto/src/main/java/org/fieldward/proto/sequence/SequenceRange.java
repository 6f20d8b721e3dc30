package org.fieldward.proto.sequence;

/** A run of sequence numbers, both ends included. Sequences start at 1 and leave room for one more. */
public record SequenceRange(long first, long last) {

    public SequenceRange {
        if (first < 1 || last < first || last == Long.MAX_VALUE) {
            throw new IllegalArgumentException("range must be 1 <= first <= last < 2^63-1, was " + first + ".." + last);
        }
    }

    public static SequenceRange of(long only) {
        return new SequenceRange(only, only);
    }

    public long size() {
        return last - first + 1;
    }

    public boolean contains(long sequence) {
        return sequence >= first && sequence <= last;
    }

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + ".." + last;
    }
}
