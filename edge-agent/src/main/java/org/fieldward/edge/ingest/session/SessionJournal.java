package org.fieldward.edge.ingest.session;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.TopicFilter;

/**
 * Where durable sessions are kept. Changes become durable in their order, some at a time. A journal that cannot write never
 * stops the ward: it says so in its log, and after a restart clients find no session rather than a wrong one.
 * Thread-safe.
 */
public interface SessionJournal extends AutoCloseable {

    /** Never blocks. */
    void record(Change change);

    /** Completes when all that was recorded so far would survive a power cut, or was given up. */
    CompletionStage<Void> settled();

    /** What was kept by an earlier run; asked once, before anything is recorded. */
    Kept load();

    @Override
    void close();

    record Kept(List<KeptSession> sessions, List<LocalMessage> retained) {
        public Kept {
            sessions = List.copyOf(sessions);
            retained = List.copyOf(retained);
        }
    }

    /**
     * A session as it was left.
     *
     * @param awayMillis how long its client has been away
     * @param willInMillis when the will is due, from now; may be past
     * @param letters in the order in which they were queued
     */
    record KeptSession(
            long id,
            SessionKey key,
            long expirySeconds,
            long awayMillis,
            Optional<Will> will,
            long willInMillis,
            List<KeptFilter> filters,
            List<KeptLetter> letters,
            Set<Integer> received) {
        public KeptSession {
            filters = List.copyOf(filters);
            letters = List.copyOf(letters);
            received = Set.copyOf(received);
        }
    }

    /** What a client subscribed to, as it wrote it and as it is understood. */
    record KeptFilter(
            String text,
            Optional<String> group,
            TopicFilter filter,
            int qos,
            boolean noLocal,
            boolean retainAsPublished,
            Optional<Integer> identifier) {}

    /** @param awaited empty: not yet sent */
    record KeptLetter(
            long id, Outgoing message, OptionalLong deadlineMillis, int packetId, Optional<Awaited> awaited) {}
}
