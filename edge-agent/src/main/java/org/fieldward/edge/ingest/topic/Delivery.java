package org.fieldward.edge.ingest.topic;

import java.util.List;

/**
 * A message for one subscriber, once, though several of its filters may match.
 *
 * @param qos the lower of what was published and what was asked
 * @param retain whether the retain flag is set on the way to the subscriber
 * @param identifiers of all subscriptions that matched
 */
public record Delivery(LocalMessage message, int qos, boolean retain, List<Integer> identifiers) {
    public Delivery {
        identifiers = List.copyOf(identifiers);
    }
}
