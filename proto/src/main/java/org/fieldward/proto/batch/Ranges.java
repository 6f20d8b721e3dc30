package org.fieldward.proto.batch;

import java.util.List;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** Sets of sequence numbers as messages tell them. */
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
}
