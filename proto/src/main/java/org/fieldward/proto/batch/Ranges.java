package org.fieldward.proto.batch;

import java.util.ArrayList;
import java.util.List;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** Sets of sequence numbers as messages and batches tell them. */
public final class Ranges {

    private Ranges() {}

    public static List<Range> of(SequenceSet set) {
        return set.ranges().stream()
                .map(range -> Range.newBuilder()
                        .setFirst(range.first())
                        .setLast(range.last())
                        .build())
                .toList();
    }

    /** @throws IllegalArgumentException if one of them can be no range */
    public static SequenceSet set(List<Range> ranges) {
        return SequenceSet.of(ranges.stream()
                .map(range -> new SequenceRange(range.getFirst(), range.getLast()))
                .toList());
    }

    /** Adds what follows, one range with the last where nothing is missing between them. */
    static void append(List<SequenceRange> ranges, SequenceRange next) {
        SequenceRange last = ranges.isEmpty() ? null : ranges.getLast();
        if (last != null && next.first() <= last.last()) {
            throw new BatchException("sequences must ascend, " + next.first() + " follows " + last.last());
        }
        if (last != null && next.first() == last.last() + 1) {
            ranges.set(ranges.size() - 1, new SequenceRange(last.first(), next.last()));
        } else {
            ranges.add(next);
        }
    }

    static void write(List<SequenceRange> ranges, Sink out) {
        out.unsigned(ranges.size());
        long previous = 0;
        for (SequenceRange range : ranges) {
            out.unsigned(range.first() - previous);
            out.unsigned(range.size());
            previous = range.last();
        }
    }

    /** @param count of sequences that they must hold */
    static List<SequenceRange> read(Source in, int count) {
        int size = in.count("sequence ranges", BatchCodec.MAX_RECORDS, 2);
        var ranges = new ArrayList<SequenceRange>(size);
        long previous = 0;
        long filled = 0;
        for (int i = 0; i < size; i++) {
            long first = previous + in.unsigned();
            long length = in.unsigned();
            if (first <= previous || length < 1 || length > count - filled || first > Long.MAX_VALUE - length) {
                throw new BatchException("sequence range " + i + " does not fit " + count + " ascending records");
            }
            filled += length;
            previous = first + length - 1;
            ranges.add(new SequenceRange(first, previous));
        }
        if (filled != count) {
            throw new BatchException("sequence ranges must hold " + count + " records, held " + filled);
        }
        return ranges;
    }
}
