package org.fieldward.edge.ingest.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.fieldward.edge.ingest.packet.Inbound.Ack;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.session.SessionJournal.KeptLetter;

/**
 * Messages for one client: in order, repeated on its next connection until it has answered, no more waiting than is allowed.
 * Thread-safe.
 */
public final class Outbox {

    private static final int MAX_PACKET_ID = 65_535;

    /** How many times what may wait for a client retained messages may make of it. */
    private static final int MAX_GRACE = 20;

    /** What to send next. */
    public sealed interface Send {
        /** @param packetId 0 with QoS 0 */
        record Message(int packetId, Outgoing message, boolean duplicate) implements Send {}

        record Release(int packetId) implements Send {}
    }

    /** What an answer of the client means. */
    public enum Answer {
        /** That message is through, or was not known. */
        NOTHING,
        /** PUBREL has to be sent. */
        RELEASE,
        /** It answers something that was not said: the client breaks MQTT. */
        WRONG
    }

    private record Letter(long id, Outgoing message, OptionalLong deadlineMillis) {
        boolean isOver(long nowMillis) {
            return deadlineMillis.isPresent() && nowMillis >= deadlineMillis.getAsLong();
        }

        /** Says how long it is still good for, in whole seconds, at least one. */
        Outgoing asOf(long nowMillis) {
            if (deadlineMillis.isEmpty()) {
                return message;
            }
            long left = Math.max(1, (deadlineMillis.getAsLong() - nowMillis + 999) / 1000);
            return message.with(Property.MESSAGE_EXPIRY, left);
        }
    }

    private static final class InFlight {
        private final Letter letter;
        private Awaited awaited;

        InFlight(Letter letter, Awaited awaited) {
            this.letter = letter;
            this.awaited = awaited;
        }
    }

    private final long session;
    private final int maxMessages;
    private final int maxBytes;
    private final Consumer<Change> journal;
    private final AtomicLong letters;

    private final Deque<Letter> queue = new ArrayDeque<>();
    private final Map<Integer, InFlight> inFlight = new LinkedHashMap<>();
    private final Deque<Integer> again = new ArrayDeque<>();
    private long bytes;
    private int graceMessages;
    private long graceBytes;
    private int lastPacketId;

    /** Whether something may have to be sent. A device that only speaks is asked for it with each message, and never has. */
    private volatile boolean busy;

    /** The connection that takes messages: an older one that is still ending must not swallow what is its successor's. */
    private Optional<Attachment> taker = Optional.empty();

    /**
     * @param journal takes what must be remembered; does nothing for a session that is not durable
     * @param letters gives each message a number of its own, over all sessions
     */
    Outbox(long session, SessionLimits limits, Consumer<Change> journal, AtomicLong letters) {
        this.session = session;
        this.maxMessages = limits.maxQueuedMessages();
        this.maxBytes = limits.maxQueuedBytes();
        this.journal = journal;
        this.letters = letters;
    }

    /** Takes up what an earlier run of the agent left. */
    synchronized void restore(List<KeptLetter> kept) {
        for (KeptLetter one : kept) {
            var letter = new Letter(one.id(), one.message(), one.deadlineMillis());
            if (one.awaited().isPresent()) {
                inFlight.put(one.packetId(), new InFlight(letter, one.awaited().get()));
            } else {
                enqueue(letter);
            }
        }
    }

    /** Returns false if more waits than is allowed. */
    synchronized boolean offer(Outgoing message, OptionalLong deadlineMillis) {
        var letter = new Letter(letters.incrementAndGet(), message, deadlineMillis);
        enqueue(letter);
        if (message.qos() > 0) {
            journal.accept(new Change.Queued(session, letter.id(), message, deadlineMillis));
        }
        return fits();
    }

    /**
     * What was kept for it before it came does not count as being slow. Returns false if so much waits already that it asks
     * for more than it reads.
     */
    synchronized boolean offerRetained(List<Outgoing> messages, List<OptionalLong> deadlines) {
        if (queue.size() > (long) maxMessages * MAX_GRACE || bytes > (long) maxBytes * MAX_GRACE) {
            return false;
        }
        for (int i = 0; i < messages.size(); i++) {
            offer(messages.get(i), deadlines.get(i));
        }
        graceMessages = Math.max(graceMessages, queue.size());
        graceBytes = Math.max(graceBytes, bytes);
        return true;
    }

    private boolean fits() {
        return queue.size() <= (long) maxMessages + graceMessages && bytes <= maxBytes + graceBytes;
    }

    private void enqueue(Letter letter) {
        queue.add(letter);
        busy = true;
        bytes += letter.message().bytes();
    }

    private Letter dequeue() {
        Letter letter = queue.remove();
        bytes -= letter.message().bytes();
        return letter;
    }

    /**
     * The client is on a new connection: whatever it did not answer is to be sent again, in order (section 4.4). What waited
     * for it does not count as being slow.
     */
    synchronized void reconnected(Attachment newer) {
        taker = Optional.of(newer);
        again.clear();
        again.addAll(inFlight.keySet());
        busy = !again.isEmpty() || !queue.isEmpty();
        graceMessages = queue.size();
        graceBytes = bytes;
    }

    /**
     * The client is gone: what needs no answer is not kept for it (section 4.1.0), and of the rest no more than allowed, the
     * newest.
     *
     * @return how many were dropped though they wanted to be kept
     */
    synchronized int disconnected() {
        taker = Optional.empty();
        graceMessages = 0;
        graceBytes = 0;
        for (Iterator<Letter> letters = queue.iterator(); letters.hasNext(); ) {
            Letter letter = letters.next();
            if (letter.message().qos() == 0) {
                letters.remove();
                bytes -= letter.message().bytes();
            }
        }
        return trim();
    }

    /** Drops the oldest until the rest fits; says how many. */
    synchronized int trim() {
        int dropped = 0;
        while (!fits() && !queue.isEmpty()) {
            done(dequeue());
            dropped++;
        }
        return dropped;
    }

    /**
     * What to send now; each time it is asked another, until it is empty.
     *
     * @param asker hears of nothing if a newer connection took over
     * @param mayAwait whether the client takes another message that it has to answer
     */
    public Optional<Send> next(Attachment asker, boolean mayAwait, long nowMillis) {
        return busy ? find(asker, mayAwait, nowMillis) : Optional.empty();
    }

    private synchronized Optional<Send> find(Attachment asker, boolean mayAwait, long nowMillis) {
        if (taker.filter(asker::equals).isEmpty()) {
            return Optional.empty();
        }
        Optional<Send> repeated = repeat(mayAwait, nowMillis);
        if (repeated.isPresent() || !again.isEmpty()) {
            return repeated;
        }
        for (Letter letter = queue.peek(); letter != null; letter = queue.peek()) {
            if (letter.isOver(nowMillis)) {
                done(dequeue());
            } else if (letter.message().qos() == 0) {
                dequeue();
                return Optional.of(new Send.Message(0, letter.asOf(nowMillis), false));
            } else if (!mayAwait || inFlight.size() == MAX_PACKET_ID) {
                return Optional.empty();
            } else {
                dequeue();
                return Optional.of(send(letter, nowMillis));
            }
        }
        busy = false;
        return Optional.empty();
    }

    private Optional<Send> repeat(boolean mayAwait, long nowMillis) {
        for (Integer id = again.peek(); id != null && mayAwait; id = again.peek()) {
            again.remove();
            InFlight one = inFlight.get(id);
            if (one != null) {
                return Optional.of(
                        one.awaited == Awaited.PUBCOMP
                                ? new Send.Release(id)
                                : new Send.Message(id, one.letter.asOf(nowMillis), true));
            }
        }
        return Optional.empty();
    }

    private Send send(Letter letter, long nowMillis) {
        do {
            lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
        } while (inFlight.containsKey(lastPacketId));
        Awaited awaited = letter.message().qos() == 1 ? Awaited.PUBACK : Awaited.PUBREC;
        inFlight.put(lastPacketId, new InFlight(letter, awaited));
        journal.accept(new Change.Sent(letter.id(), lastPacketId, awaited));
        return new Send.Message(lastPacketId, letter.asOf(nowMillis), false);
    }

    /** A message that could not be sent after all, being larger than the client takes: as if it had been (section 3.1.2.11.4). */
    public synchronized void drop(int packetId) {
        InFlight one = inFlight.remove(packetId);
        if (one != null) {
            done(one.letter);
        }
    }

    /** PUBACK, PUBREC or PUBCOMP. */
    public synchronized Answer acknowledged(Ack ack) {
        InFlight one = inFlight.get(ack.packetId());
        boolean isReceipt = ack.type() == PacketType.PUBREC;
        if (one == null) {
            // Of an exchange that ended before: only a PUBREC still waits for something.
            return isReceipt && ack.reason() < 0x80 ? Answer.RELEASE : Answer.NOTHING;
        }
        if (isReceipt && one.awaited == Awaited.PUBCOMP) {
            return Answer.RELEASE;
        }
        if (one.awaited.packet() != ack.type()) {
            return Answer.WRONG;
        }
        if (isReceipt && ack.reason() < 0x80) {
            one.awaited = Awaited.PUBCOMP;
            journal.accept(new Change.Sent(one.letter.id(), ack.packetId(), Awaited.PUBCOMP));
            return Answer.RELEASE;
        }
        inFlight.remove(ack.packetId());
        done(one.letter);
        return Answer.NOTHING;
    }

    private void done(Letter letter) {
        if (letter.message().qos() > 0) {
            journal.accept(new Change.Done(letter.id()));
        }
    }
}
