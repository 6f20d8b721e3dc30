package org.fieldward.edge.ingest.topic;

import java.util.Optional;

/**
 * One filter of one subscriber, with what it asked for.
 *
 * @param group of a shared subscription: of all its members one hears each message (MQTT 5, section 4.8.2)
 * @param identifier comes back with every message
 */
public record Subscription(
        Subscriber subscriber,
        Optional<String> group,
        TopicFilter filter,
        int qos,
        boolean noLocal,
        boolean retainAsPublished,
        Optional<Integer> identifier) {

    /** Tells apart what one subscriber asked for itself and as a member of a group. */
    record Owner(Subscriber subscriber, String group) {}

    Owner owner() {
        return new Owner(subscriber, group.orElse(""));
    }
}
