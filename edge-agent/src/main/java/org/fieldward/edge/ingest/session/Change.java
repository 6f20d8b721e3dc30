package org.fieldward.edge.ingest.session;

import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.Subscription;

/** One thing that a durable session must not forget. */
public sealed interface Change {

    record Began(long session, SessionKey key, long expirySeconds) implements Change {}

    /** A connection serves it again: time does not run against it, and its will must not be said. */
    record Attached(long session, long expirySeconds) implements Change {}

    /** @param will to be said unless the client returns within {@code willDelayMillis} */
    record Detached(long session, long expirySeconds, Optional<Will> will, long willDelayMillis) implements Change {}

    record WillSaid(long session) implements Change {}

    record Ended(long session) implements Change {}

    record Subscribed(long session, String filter, Subscription subscription) implements Change {}

    record Unsubscribed(long session, String filter) implements Change {}

    /** @param deadlineMillis on the monotonic clock */
    record Queued(long session, long letter, Outgoing message, OptionalLong deadlineMillis) implements Change {}

    record Sent(long letter, int packetId, Awaited awaited) implements Change {}

    record Done(long letter) implements Change {}

    /** A QoS 2 publish of the client is stored; its identifier is in use until it is released. */
    record Received(long session, int packetId) implements Change {}

    record Released(long session, int packetId) implements Change {}

    /** The last word of a topic; an empty payload takes it back. */
    record Retained(LocalMessage message) implements Change {}
}
