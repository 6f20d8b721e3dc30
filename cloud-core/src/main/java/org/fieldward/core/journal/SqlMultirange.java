package org.fieldward.core.journal;

import java.util.ArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** A set of sequences as PostgreSQL writes an int8multirange, e.g. {@code {[1,5),[9,10)}}. */
final class SqlMultirange {

    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)\\)");

    private SqlMultirange() {}

    static String write(SequenceSet set) {
        var text = new StringBuilder("{");
        for (SequenceRange range : set.ranges()) {
            if (text.length() > 1) {
                text.append(',');
            }
            text.append('[')
                    .append(range.first())
                    .append(',')
                    .append(range.last() + 1)
                    .append(')');
        }
        return text.append('}').toString();
    }

    static SequenceSet read(String text) {
        var ranges = new ArrayList<SequenceRange>();
        Matcher matcher = RANGE.matcher(text);
        while (matcher.find()) {
            ranges.add(new SequenceRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)) - 1));
        }
        return SequenceSet.of(ranges);
    }
}
