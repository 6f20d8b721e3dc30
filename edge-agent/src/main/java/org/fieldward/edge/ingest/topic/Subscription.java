package org.fieldward.edge.ingest.topic;

import java.util.Optional;

/**
 * One filter of one subscriber, with what it asked for.
 *
 * @param identifier comes back with every message
 */
public record Subscription(
        Subscriber subscriber,
        TopicFilter filter,
        int qos,
        boolean noLocal,
        boolean retainAsPublished,
        Optional<Integer> identifier) {}
