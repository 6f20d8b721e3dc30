package org.fieldward.core.webhook.filing;

import java.util.List;
import java.util.Map;
import org.fieldward.core.chart.Key;

/**
 * What was done to the chart.
 *
 * @param lines in the order in which it was done
 * @param keys of drafts, by their names
 */
public record Filed(List<Line> lines, Map<String, Key> keys) {

    public record Line(Key key, Done done) {}

    public enum Done {
        CREATED,
        UPDATED,
        DELETED,
        UNCHANGED
    }

    public Filed {
        lines = List.copyOf(lines);
        keys = Map.copyOf(keys);
    }

    public List<Key> all(Done done) {
        return lines.stream().filter(line -> line.done() == done).map(Line::key).toList();
    }
}
