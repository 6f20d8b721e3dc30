package org.fieldward.edge.ingest.door;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.edge.ingest.packet.Inbound.Ack;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.packet.Reason;
import org.fieldward.edge.ingest.session.Attachment;
import org.fieldward.edge.ingest.session.Outbox;
import org.fieldward.edge.ingest.session.Outbox.Answer;
import org.fieldward.edge.ingest.session.Outbox.Send;

/** Sends a session's messages over one connection: no more unanswered than the client takes. Used by one thread. */
final class Downlink {

    /** Enough for any screen; what a client offers beyond it would only be memory of ours. */
    private static final int MAX_WINDOW = 64;

    private static final int MAX_ALIASES = 64;

    private final Outbox outbox;
    private final Attachment connection;
    private final PacketWriter out;
    private final int window;
    private final int maxAliases;
    private final Set<Integer> unanswered = new HashSet<>();
    private final Map<String, Integer> aliases = new HashMap<>();

    /** @param aliasMaximum how many topics the client lets us name by a number */
    Downlink(Outbox outbox, Attachment connection, PacketWriter out, int receiveMaximum, int aliasMaximum) {
        this.outbox = outbox;
        this.connection = connection;
        this.out = out;
        window = Math.min(receiveMaximum, MAX_WINDOW);
        maxAliases = Math.min(aliasMaximum, MAX_ALIASES);
    }

    /** Writes one packet if there is one that may go now. */
    boolean pumpOne(long nowMillis) {
        Optional<Send> next = outbox.next(connection, unanswered.size() < window, nowMillis);
        if (next.isEmpty()) {
            return false;
        }
        switch (next.get()) {
            case Send.Release release -> {
                unanswered.add(release.packetId());
                out.ack(PacketType.PUBREL, release.packetId(), Reason.SUCCESS);
            }
            case Send.Message message -> send(message);
        }
        return true;
    }

    private void send(Send.Message send) {
        Outgoing message = send.message();
        Optional<Integer> known = Optional.ofNullable(aliases.get(message.topic()));
        boolean isNew = known.isEmpty() && aliases.size() < maxAliases;
        Outgoing aliased = known.map(alias -> message.withTopic("").with(Property.TOPIC_ALIAS, alias))
                .orElse(isNew ? message.with(Property.TOPIC_ALIAS, aliases.size() + 1L) : message);
        boolean isAliased = out.publish(aliased, send.packetId(), send.duplicate());
        // The number for a new alias may be just what makes it too large.
        if (!isAliased && !(isNew && out.publish(message, send.packetId(), send.duplicate()))) {
            outbox.drop(send.packetId());
            return;
        }
        if (isNew && isAliased) {
            aliases.put(message.topic(), aliases.size() + 1);
        }
        if (send.packetId() > 0) {
            unanswered.add(send.packetId());
        }
    }

    /** Returns false if the client answers what was not said. */
    boolean acknowledged(Ack ack) {
        Answer answer = outbox.acknowledged(ack);
        switch (answer) {
            case RELEASE -> out.ack(PacketType.PUBREL, ack.packetId(), Reason.SUCCESS);
            case NOTHING -> unanswered.remove(ack.packetId());
            case WRONG -> {
                return false;
            }
        }
        return true;
    }
}
