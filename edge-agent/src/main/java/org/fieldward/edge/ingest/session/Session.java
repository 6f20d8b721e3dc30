package org.fieldward.edge.ingest.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.fieldward.edge.ingest.Outcome;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.topic.Delivery;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.ingest.topic.Subscriber;
import org.fieldward.edge.ingest.topic.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client has asked for and not yet heard, for as long as it wants that to be remembered: over one connection or many
 * (MQTT 5, section 4.1). Thread-safe.
 */
public final class Session implements Subscriber {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** Whether a client may hear a topic. */
    @FunctionalInterface
    public interface Ears {
        boolean mayReceive(Identity identity, String topic);
    }

    private final long id;
    private final SessionKey key;
    private final boolean durable;
    private final LocalTopics topics;
    private final Ears ears;
    private final Consumer<Change> journal;
    private final Outbox outbox;
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final Map<Integer, Receipt> receipts = new HashMap<>();

    /** Read without the lock: topics ask while they hold theirs. */
    private volatile Optional<Attachment> attachment = Optional.empty();

    private long expirySeconds;
    private long leftMillis;
    private Optional<Will> will = Optional.empty();
    private long willDueMillis;
    private long dropped;

    /** It hears, asks and remembers nothing any more: nobody would ever clear that away. */
    private boolean ended;

    Session(long id, SessionKey key, boolean durable, Outbox outbox, Surroundings around) {
        this.id = id;
        this.key = key;
        this.durable = durable;
        this.outbox = outbox;
        topics = around.topics();
        ears = around.ears();
        journal = durable ? around.journal()::record : change -> {};
    }

    /** What every session lives among. */
    record Surroundings(LocalTopics topics, Ears ears, SessionJournal journal) {}

    public SessionKey key() {
        return key;
    }

    public Outbox outbox() {
        return outbox;
    }

    long id() {
        return id;
    }

    /** Whether it is kept on disk. */
    @Override
    public boolean isDurable() {
        return durable;
    }

    @Override
    public boolean isListening() {
        return attachment.isPresent();
    }

    @Override
    public void deliver(Delivery delivery) {
        LocalMessage message = delivery.message();
        if (!ears.mayReceive(key.identity(), message.topic())) {
            return;
        }
        Optional<Attachment> served;
        synchronized (this) {
            served = attachment;
            if (ended || (served.isEmpty() && delivery.qos() == 0)) {
                return;
            }
            boolean fits = outbox.offer(outgoing(delivery), message.deadlineMillis());
            if (!fits && served.isPresent()) {
                served.get().tooSlow();
            } else if (!fits) {
                reportDropped(outbox.trim());
            }
        }
        served.ifPresent(Attachment::wakeSoon);
    }

    private void reportDropped(int more) {
        boolean first = dropped == 0 && more > 0;
        dropped += more;
        if (first) {
            LOG.warn("More waits for {} than is kept for it; the oldest messages are dropped", key.identity());
        }
    }

    private static Outgoing outgoing(Delivery delivery) {
        LocalMessage message = delivery.message();
        return new Outgoing(
                message.topic(),
                message.payload(),
                delivery.qos(),
                delivery.retain(),
                message.properties().forwarded(delivery.identifiers()));
    }

    /** Whether another filter would be too many. */
    public synchronized boolean isFull(String filter) {
        return subscriptions.size() >= SessionLimits.MAX_SUBSCRIPTIONS && !subscriptions.containsKey(filter);
    }

    /** Returns true if there was none with this filter before. */
    public synchronized boolean subscribe(String filter, Subscription subscription) {
        if (ended) {
            return true;
        }
        subscriptions.put(filter, subscription);
        journal.accept(new Change.Subscribed(id, filter, subscription));
        return topics.subscribe(subscription);
    }

    /** Returns true if there was one. */
    public synchronized boolean unsubscribe(String filter) {
        Optional<Subscription> known = Optional.ofNullable(subscriptions.remove(filter));
        known.ifPresent(topics::unsubscribe);
        known.ifPresent(one -> journal.accept(new Change.Unsubscribed(id, filter)));
        return known.isPresent();
    }

    /** The last messages of topics that the client just subscribed to. */
    public void deliverRetained(List<Delivery> kept) {
        List<Delivery> heard = kept.stream()
                .filter(one -> ears.mayReceive(key.identity(), one.message().topic()))
                .toList();
        List<OptionalLong> deadlines =
                heard.stream().map(one -> one.message().deadlineMillis()).toList();
        synchronized (this) {
            if (!ended
                    && !outbox.offerRetained(
                            heard.stream().map(Session::outgoing).toList(), deadlines)) {
                attachment.ifPresent(Attachment::tooSlow);
            }
        }
    }

    /** Of a QoS 2 publish that came before and is not yet released. */
    public synchronized Optional<Receipt> receipt(int packetId) {
        return Optional.ofNullable(receipts.get(packetId));
    }

    public synchronized Receipt receive(int packetId) {
        var receipt = new Receipt();
        receipts.put(packetId, receipt);
        return receipt;
    }

    /** The publish is stored: a repetition must be known as one, also after a restart. */
    public synchronized void remember(int packetId, Receipt receipt) {
        if (isInUse(packetId, receipt)) {
            journal.accept(new Change.Received(id, packetId));
        }
    }

    /** The publish could not be stored: its identifier is as if it had never come. */
    public synchronized void forget(int packetId, Receipt receipt) {
        if (isInUse(packetId, receipt)) {
            receipts.remove(packetId);
        }
    }

    private boolean isInUse(int packetId, Receipt receipt) {
        return !ended && receipt.equals(receipts.get(packetId));
    }

    /** Returns true if the identifier was in use. */
    public synchronized boolean release(int packetId) {
        boolean known = receipts.remove(packetId) != null;
        if (known && !ended) {
            journal.accept(new Change.Released(id, packetId));
        }
        return known;
    }

    Optional<Attachment> attachment() {
        return attachment;
    }

    synchronized void attach(Attachment newer, long seconds) {
        attachment = Optional.of(newer);
        expirySeconds = seconds;
        will = Optional.empty();
        outbox.reconnected(newer);
    }

    synchronized boolean isServedBy(Attachment other) {
        return attachment.filter(served -> served.equals(other)).isPresent();
    }

    synchronized void detach(long seconds, Optional<Will> left, long willMillis, long nowMillis) {
        attachment = Optional.empty();
        expirySeconds = seconds;
        leftMillis = nowMillis;
        will = left;
        willDueMillis = willMillis;
        reportDropped(outbox.disconnected());
    }

    /** As an earlier run of the agent left it. */
    synchronized void restore(SessionJournal.KeptSession kept, long nowMillis) {
        expirySeconds = kept.expirySeconds();
        leftMillis = nowMillis - kept.awayMillis();
        will = kept.will();
        willDueMillis = nowMillis + kept.willInMillis();
        outbox.restore(kept.letters());
        kept.received().forEach(packetId -> receive(packetId).accept(new Outcome.Accepted()));
        kept.filters().forEach(one -> {
            var subscription = new Subscription(
                    this,
                    one.group(),
                    one.filter(),
                    one.qos(),
                    one.noLocal(),
                    one.retainAsPublished(),
                    one.identifier());
            subscriptions.put(one.text(), subscription);
            topics.subscribe(subscription);
        });
    }

    /** The will, if it has to be said now; it is said once. */
    synchronized Optional<Will> takeWill(long nowMillis) {
        return nowMillis >= willDueMillis ? takeWill() : Optional.empty();
    }

    synchronized Optional<Will> takeWill() {
        Optional<Will> taken = will;
        will = Optional.empty();
        return taken;
    }

    synchronized boolean isOver(long nowMillis) {
        return attachment.isEmpty() && nowMillis - leftMillis >= expirySeconds * 1000;
    }

    synchronized long leftMillis() {
        return attachment.isPresent() ? Long.MAX_VALUE : leftMillis;
    }

    /** Whoever serves it still serves nobody. */
    synchronized void abandon() {
        attachment = Optional.empty();
    }

    /** Whether it is there for longer than the connection that serves it. */
    synchronized boolean outlivesConnection() {
        return expirySeconds > 0;
    }

    /** It hears nothing any more. */
    synchronized void end() {
        ended = true;
        subscriptions.values().forEach(topics::unsubscribe);
        subscriptions.clear();
    }
}
