package org.fieldward.core.webhook.wording;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

/**
 * Where a message came from.
 *
 * @param zone of times that name none
 * @param systems address of a system of identifiers by the name that the sender gives it: an assigning authority, its
 *     universal id, or a type of identifier such as {@code MR}
 */
public record Origin(String source, String facility, ZoneId zone, Map<String, String> systems, Instant arrivedAt) {

    public Origin {
        systems = Map.copyOf(systems);
    }
}
