package org.fieldward.edge.ingest.topic;

import java.util.Optional;

/**
 * A filter as a client writes it: on its own, or {@code $share/group/filter} (MQTT 5, section 4.8.2).
 */
public record SharedFilter(Optional<String> group, TopicFilter filter) {

    private static final String SHARE = "$share/";

    /** Empty if it is neither. */
    public static Optional<SharedFilter> of(String text) {
        Optional<String> group = Optional.empty();
        String plain = text;
        if (text.startsWith(SHARE)) {
            int end = text.indexOf('/', SHARE.length());
            String name = text.substring(SHARE.length(), Math.max(end, SHARE.length()));
            if (name.isEmpty() || name.contains("+") || name.contains("#")) {
                return Optional.empty();
            }
            group = Optional.of(name);
            plain = text.substring(end + 1);
        }
        if (plain.isEmpty() || TopicFilter.split(plain).size() > TopicFilter.MAX_LEVELS) {
            return Optional.empty();
        }
        return Optional.of(new SharedFilter(group, TopicFilter.of(plain)));
    }
}
