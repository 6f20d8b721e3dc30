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
import org.fieldward.edge.ingest.session.Receipt;
import org.fieldward.edge.ingest.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * The publishes of one client that are not yet acknowledged, in the order they came; they are acknowledged in that order.
 * Used by the connection's event loop, except that {@link Pending#accept} may be called by any thread.
 */
final class Uplink {

    static final int MAX_ALIAS = 10;

    /** Payload bytes that may wait for the disk before the client is read no further. */
    private static final int MAX_PENDING_BYTES = 1 << 20;

    /** One publish on its way to the disk, a repetition of one that is, or the release of one that was. */
    final class Pending implements Consumer<Outcome> {
        private final int packetId;
        private final int qos;
        private final int bytes;
        private final boolean release;
        private volatile @Nullable Outcome outcome;

        private Pending(Publish publish) {
            packetId = publish.packetId();
            qos = publish.qos();
            bytes = publish.payload().size();
            release = false;
        }

        private Pending(int released) {
            packetId = released;
            qos = 2;
            bytes = 0;
            release = true;
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
    private final Session session;
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Identifiers of QoS 2 that came over this connection and count as unacknowledged. */
    private final Set<Integer> counted = new HashSet<>();

    private final @Nullable String[] aliases = new @Nullable String[MAX_ALIAS + 1];
    private int pendingBytes;
    private int unacknowledged;

    /**
     * @param session remembers which QoS 2 publishes came before, also over other connections
     * @param limit how many publishes may be unacknowledged
     * @param whenSettled called on any thread when some publish was settled
     */
    Uplink(boolean is5, Session session, int limit, Runnable whenSettled) {
        this.is5 = is5;
        this.session = session;
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

    Entry admit(Publish publish) {
        Optional<Receipt> before = publish.qos() == 2 ? session.receipt(publish.packetId()) : Optional.empty();
        boolean isWaiting = before.isPresent()
                && pending.stream().anyMatch(one -> one.qos == 2 && !one.release && one.packetId == publish.packetId());
        if (isWaiting) {
            return new Entry.Repeated();
        }
        boolean counts = publish.qos() == 1 || (publish.qos() == 2 && !counted.contains(publish.packetId()));
        // Without MQTT 5 a client cannot know the limit: it is read more slowly instead, see isCongested.
        if (is5 && counts && unacknowledged >= limit) {
            return new Entry.Excess();
        }
        unacknowledged += counts ? 1 : 0;
        if (publish.qos() == 2) {
            counted.add(publish.packetId());
        }
        var one = new Pending(publish);
        pendingBytes += one.bytes;
        pending.add(one);
        before.ifPresent(receipt -> receipt.whenSettled(one));
        return before.isPresent() ? new Entry.Repeated() : new Entry.Admitted(one);
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
                ? Format.withContentType(toBuffer.format().get(), contentType.get())
                : toBuffer.format();
    }

    /** PUBREL came; PUBCOMP goes when what is returned is settled. */
    Pending released(int packetId) {
        session.release(packetId);
        var one = new Pending(packetId);
        pending.add(one);
        return one;
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
            acknowledge(one, reason, why(outcome), out);
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

    /** In words, for whoever looks after the device; what it says comes from the device's own publish. */
    private static String why(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused refused -> refused.detail();
            case Outcome.Full full -> "the gateway's disk has no room for this";
            case Outcome.Denied denied -> "this client may not publish there";
            case Outcome.Accepted accepted -> "";
            case Outcome.Delivered delivered -> "";
            case Outcome.Failed failed -> "";
        };
    }

    private void acknowledge(Pending one, Reason reason, String why, PacketWriter out) {
        if (one.release) {
            unacknowledged -= counted.remove(one.packetId) ? 1 : 0;
            out.ack(PacketType.PUBCOMP, one.packetId, Reason.SUCCESS);
        } else if (one.qos == 1) {
            unacknowledged--;
            out.ack(PacketType.PUBACK, one.packetId, reason, why);
        } else if (one.qos == 2 && reason.isError()) {
            session.release(one.packetId);
            unacknowledged -= counted.remove(one.packetId) ? 1 : 0;
            out.ack(PacketType.PUBREC, one.packetId, is5 ? reason : Reason.SUCCESS, why);
        } else if (one.qos == 2) {
            out.ack(PacketType.PUBREC, one.packetId, Reason.SUCCESS);
        }
    }
}
