package org.fieldward.edge.ingest.topic;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fieldward.edge.ingest.packet.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Messages within the ward: alarms, who is online, commands. Nothing here is durable or leaves the gateway. Thread-safe;
 * subscribers are called outside the lock, and one that is slow is its own problem.
 */
public final class LocalTopics {

    private final int maxRetained;

    private record Letter(Subscriber to, Delivery delivery) {}

    private final TopicTree<Subscription.Owner, Subscription> tree = new TopicTree<>();
    private final Map<String, LocalMessage> retained = new TreeMap<>();
    private final List<RetainedSource> sources = new CopyOnWriteArrayList<>();
    private int turn;

    /** Beyond {@code maxRetained} topics that keep a last message, another one is delivered and not kept. */
    public LocalTopics(int maxRetained) {
        this.maxRetained = maxRetained;
    }

    /** From within the gateway, delivered with QoS 1 to those who asked for it. */
    public void publish(String topic, ByteString payload, boolean keep) {
        publish(new LocalMessage(topic, payload, 1, keep, Properties.NONE), null);
    }

    /**
     * To all who asked for it, each once.
     *
     * @param from who must not hear it again if it asked for 'no local'
     * @return how many subscribers it went to
     */
    public int publish(LocalMessage message, @Nullable Subscriber from) {
        List<Letter> letters;
        synchronized (this) {
            if (message.retained()) {
                keep(message);
            }
            letters = letters(message, from);
        }
        letters.forEach(letter -> letter.to().deliver(letter.delivery()));
        return letters.size();
    }

    /** Returns true if the subscriber had no subscription with this filter before. */
    public synchronized boolean subscribe(Subscription subscription) {
        return tree.put(subscription.filter(), subscription.owner(), subscription)
                .isEmpty();
    }

    /** Returns true if there was such a subscription. */
    public synchronized boolean unsubscribe(Subscription subscription) {
        return tree.remove(subscription.filter(), subscription.owner()).isPresent();
    }

    /** The last message of each topic that the filter matches, for one who just subscribed. */
    public List<Delivery> retained(Subscription subscription) {
        if (subscription.group().isPresent()) {
            return List.of();
        }
        List<LocalMessage> messages = kept(subscription.filter());
        sources.forEach(source -> messages.addAll(source.matching(subscription.filter())));
        return messages.stream()
                .map(message -> new Delivery(
                        message, Math.min(message.qos(), subscription.qos()), true, identifiers(subscription)))
                .toList();
    }

    /** Asks it too, whenever somebody subscribes; the topics must be its own. */
    public void add(RetainedSource source) {
        sources.add(source);
    }

    /** Whether a message on this topic would reach anybody; cheaper than making one. */
    public synchronized boolean hasSubscriber(String topic) {
        return tree.hasMatch(topic);
    }

    private synchronized List<LocalMessage> kept(TopicFilter filter) {
        var found = new ArrayList<LocalMessage>();
        for (LocalMessage message : retained.values()) {
            if (filter.matches(message.topic())) {
                found.add(message);
            }
        }
        return found;
    }

    private void keep(LocalMessage message) {
        if (message.payload().isEmpty()) {
            retained.remove(message.topic());
        } else if (retained.size() < maxRetained || retained.containsKey(message.topic())) {
            retained.put(message.topic(), message);
        }
    }

    private List<Letter> letters(LocalMessage message, @Nullable Subscriber from) {
        var deliveries = new IdentityHashMap<Subscriber, Delivery>();
        var groups = new HashMap<String, List<Subscription>>();
        for (Subscription subscription : tree.matches(message.topic())) {
            if (subscription.group().isPresent()) {
                groups.computeIfAbsent(
                                subscription.group().get() + "/" + subscription.filter(), key -> new ArrayList<>())
                        .add(subscription);
            } else if (!(subscription.noLocal() && subscription.subscriber().equals(from))) {
                deliveries.merge(subscription.subscriber(), delivery(message, subscription), LocalTopics::merge);
            }
        }
        var letters = new ArrayList<Letter>();
        deliveries.forEach((subscriber, delivery) -> letters.add(new Letter(subscriber, delivery)));
        for (List<Subscription> members : groups.values()) {
            Subscription next = members.get(Math.floorMod(turn++, members.size()));
            letters.add(new Letter(next.subscriber(), delivery(message, next)));
        }
        return letters;
    }

    private static Delivery delivery(LocalMessage message, Subscription subscription) {
        return new Delivery(
                message,
                Math.min(message.qos(), subscription.qos()),
                message.retained() && subscription.retainAsPublished(),
                identifiers(subscription));
    }

    /** Overlapping subscriptions: once, with the highest QoS and all identifiers (MQTT 5, section 3.3.4). */
    private static Delivery merge(Delivery first, Delivery second) {
        var identifiers = new ArrayList<>(first.identifiers());
        identifiers.addAll(second.identifiers());
        return new Delivery(
                first.message(), Math.max(first.qos(), second.qos()), first.retain() || second.retain(), identifiers);
    }

    private static List<Integer> identifiers(Subscription subscription) {
        Optional<Integer> identifier = subscription.identifier();
        return identifier.map(List::of).orElseGet(List::of);
    }
}
