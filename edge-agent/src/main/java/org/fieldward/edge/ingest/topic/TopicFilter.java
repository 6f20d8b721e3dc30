package org.fieldward.edge.ingest.topic;

import java.util.List;

/**
 * What a client subscribes to (MQTT 5, section 4.7): whole levels, {@code +} for any one, {@code #} at the end for all the
 * rest.
 */
public record TopicFilter(List<String> levels) {

    public static final String ONE = "+";
    public static final String REST = "#";

    public static final int MAX_LEVELS = 32;

    public TopicFilter {
        levels = List.copyOf(levels);
        if (levels.size() > MAX_LEVELS) {
            throw new IllegalArgumentException(
                    "a topic filter must have at most " + MAX_LEVELS + " levels, had " + levels.size());
        }
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean wild = level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
            boolean whole = level.equals(ONE) || (level.equals(REST) && i == levels.size() - 1);
            if (wild && !whole) {
                throw new IllegalArgumentException("a wildcard must fill a level of its own, and # must be the last");
            }
        }
    }

    public static TopicFilter of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a topic filter must not be empty");
        }
        return new TopicFilter(split(text));
    }

    public boolean matches(String topic) {
        List<String> names = split(topic);
        // 4.7.2: a wildcard at the beginning must not reach topics that begin with $.
        if (topic.startsWith("$")
                && (levels.getFirst().equals(ONE) || levels.getFirst().equals(REST))) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals(REST)) {
                return true;
            }
            if (i >= names.size() || !(level.equals(ONE) || level.equals(names.get(i)))) {
                return false;
            }
        }
        return levels.size() == names.size();
    }

    /** At every slash; an empty level is a level. */
    public static List<String> split(String topic) {
        return List.of(topic.split("/", -1));
    }

    @Override
    public String toString() {
        return String.join("/", levels);
    }
}
