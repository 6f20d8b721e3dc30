package org.fieldward.edge.ingest.door;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.Outcome;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.packet.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The publishes of one client that are not yet acknowledged, in the order they came; they are acknowledged in that order.
 * Used by the connection's event loop, except that {@link Pending#accept} may be called by any thread.
 */
final class Uplink {

    static final int MAX_ALIAS = 10;

    /** Payload bytes that may wait for the disk before the client is read no further. */
    private static final int MAX_PENDING_BYTES = 1 << 20;

    /** One publish on its way to the disk. */
    final class Pending implements Consumer<Outcome> {
        private final int packetId;
        private final int qos;
        private final int bytes;
        private volatile @Nullable Outcome outcome;

        private Pending(Publish publish) {
            packetId = publish.packetId();
            qos = publish.qos();
            bytes = publish.payload().size();
        }

        @Override
        public void accept(Outcome settled) {
            outcome = settled;
            whenSettled.run();
        }
    }

    private final boolean is5;
    private final int limit;
    private final Runnable whenSettled;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Set<Integer> received = new HashSet<>();
    private final @Nullable String[] aliases = new @Nullable String[MAX_ALIAS + 1];
    private int pendingBytes;
    private int unacknowledged;

    /**
     * @param limit how many publishes may be unacknowledged
     * @param whenSettled called on any thread when some publish was settled
     */
    Uplink(boolean is5, int limit, Runnable whenSettled) {
        this.is5 = is5;
        this.limit = limit;
        this.whenSettled = whenSettled;
    }

    /** What a publish means for the connection. */
    sealed interface Entry {
        /** To be settled once. */
        record Admitted(Pending pending) implements Entry {}

        /** Came before: nothing to store. */
        record Repeated() implements Entry {}

        record Excess() implements Entry {}
    }

    Entry admit(Publish publish, PacketWriter out) {
        if (publish.qos() == 2 && received.contains(publish.packetId())) {
            boolean waits = pending.stream().anyMatch(one -> one.qos == 2 && one.packetId == publish.packetId());
            if (!waits) {
                out.ack(PacketType.PUBREC, publish.packetId(), Reason.SUCCESS);
            }
            return new Entry.Repeated();
        }
        // Without MQTT 5 a client cannot know the limit: it is read more slowly instead, see isCongested.
        if (is5 && publish.qos() > 0 && unacknowledged >= limit) {
            return new Entry.Excess();
        }
        if (publish.qos() > 0) {
            unacknowledged++;
        }
        if (publish.qos() == 2) {
            received.add(publish.packetId());
        }
        var one = new Pending(publish);
        pendingBytes += one.bytes;
        pending.add(one);
        return new Entry.Admitted(one);
    }

    /** The topic that is meant, or empty if the alias means nothing. */
    Optional<String> resolve(Publish publish) {
        if (publish.properties().isEmpty()) {
            return Optional.of(publish.topic());
        }
        long alias = publish.properties().number(Property.TOPIC_ALIAS).orElse(0);
        if (alias == 0) {
            return Optional.of(publish.topic());
        }
        if (alias > MAX_ALIAS) {
            return Optional.empty();
        }
        if (!publish.topic().isEmpty()) {
            aliases[(int) alias] = publish.topic();
        }
        return Optional.ofNullable(aliases[(int) alias]);
    }

    /** The content type may say more about the payload than its topic does. */
    static Optional<Format> format(Publishing.ToBuffer toBuffer, Publish publish) {
        if (publish.properties().isEmpty() || toBuffer.format().isEmpty()) {
            return toBuffer.format();
        }
        Optional<String> contentType = publish.properties().text(Property.CONTENT_TYPE);
        return contentType.isPresent()
                ? Format.ofContentType(contentType.get(), toBuffer.format().get())
                : toBuffer.format();
    }

    void released(int packetId, PacketWriter out) {
        if (received.remove(packetId)) {
            unacknowledged--;
        }
        out.ack(PacketType.PUBCOMP, packetId, Reason.SUCCESS);
    }

    /** Whether the client must be read no further for now. */
    boolean isCongested() {
        return pending.size() >= (is5 ? 2 * limit : limit) || pendingBytes >= MAX_PENDING_BYTES;
    }

    /**
     * Acknowledges what is settled, as far as order allows.
     *
     * @return why the connection must end, if so
     */
    Optional<Reason> settle(PacketWriter out) {
        for (Pending one = pending.peek(); one != null; one = pending.peek()) {
            Outcome outcome = one.outcome;
            if (outcome == null) {
                return Optional.empty();
            }
            pending.remove();
            pendingBytes -= one.bytes;
            Reason reason = reason(outcome);
            if (outcome instanceof Outcome.Failed || (!is5 && mustClose(outcome, one.qos))) {
                return Optional.of(reason);
            }
            acknowledge(one, reason, out);
        }
        return Optional.empty();
    }

    private static boolean mustClose(Outcome outcome, int qos) {
        return switch (outcome) {
            case Outcome.Full full -> qos > 0;
            case Outcome.Denied denied -> true;
            case Outcome.Accepted accepted -> false;
            case Outcome.Refused refused -> false;
            case Outcome.Delivered delivered -> false;
            case Outcome.Failed failed -> true;
        };
    }

    private static Reason reason(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted accepted -> Reason.SUCCESS;
            case Outcome.Refused refused -> Reason.PAYLOAD_FORMAT_INVALID;
            case Outcome.Full full -> Reason.QUOTA_EXCEEDED;
            case Outcome.Failed failed -> Reason.UNSPECIFIED_ERROR;
            case Outcome.Delivered delivered ->
                delivered.subscribers() > 0 ? Reason.SUCCESS : Reason.NO_MATCHING_SUBSCRIBERS;
            case Outcome.Denied denied -> Reason.NOT_AUTHORIZED;
        };
    }

    private void acknowledge(Pending one, Reason reason, PacketWriter out) {
        if (one.qos == 1) {
            unacknowledged--;
            out.ack(PacketType.PUBACK, one.packetId, reason);
        } else if (one.qos == 2 && reason.isError()) {
            unacknowledged -= received.remove(one.packetId) ? 1 : 0;
            out.ack(PacketType.PUBREC, one.packetId, is5 ? reason : Reason.SUCCESS);
        } else if (one.qos == 2) {
            out.ack(PacketType.PUBREC, one.packetId, Reason.SUCCESS);
        }
    }
}
