package org.fieldward.edge.ingest.topic;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.fieldward.edge.ingest.packet.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Messages within the ward: alarms, who is online, commands. Nothing here leaves the gateway. Thread-safe;
 * subscribers are called outside the lock, and one that is slow is its own problem.
 */
public final class LocalTopics {

    private static final int MAX_RETAINED_OF_ONE = 1000;

    /** Of topics and payloads. */
    private static final long MAX_RETAINED_BYTES_OF_ONE = 4 << 20;

    private final int maxRetained;

    /** What is retained of one author. */
    private record Share(int topics, long bytes) {
        static final Share NOTHING = new Share(0, 0);

        Share with(LocalMessage message) {
            return new Share(topics + 1, bytes + size(message));
        }

        Share without(LocalMessage message) {
            return new Share(topics - 1, bytes - size(message));
        }

        private static long size(LocalMessage message) {
            return (long) message.topic().length() + message.payload().size();
        }
    }

    private record Letter(Subscriber to, Delivery delivery) {}

    private final TopicTree<Subscription.Owner, Subscription> tree = new TopicTree<>();
    private final Map<String, LocalMessage> retained = new TreeMap<>();
    private final Map<String, Share> shares = new HashMap<>();
    private final List<RetainedSource> sources = new CopyOnWriteArrayList<>();
    private Consumer<LocalMessage> keeper = message -> {};
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
     * @return whom it went to
     */
    public Reached publish(LocalMessage message, @Nullable Subscriber from) {
        List<Letter> letters;
        synchronized (this) {
            if (message.retained()) {
                keep(message);
            }
            letters = letters(message, from);
        }
        boolean durable = message.retained() && !message.author().isEmpty();
        for (Letter letter : letters) {
            letter.to().deliver(letter.delivery());
            durable |= letter.to().isDurable();
        }
        return new Reached(letters.size(), durable);
    }

    /**
     * Whom a message went to.
     *
     * @param durable whether some of it has to be on disk before the publisher may be told
     */
    public record Reached(int subscribers, boolean durable) {}

    /** Hears of every retained message of a client, in order, also when it is taken back (with an empty payload). */
    public synchronized void onRetained(Consumer<LocalMessage> told) {
        keeper = told;
    }

    /** What was kept on disk, before anybody is heard. */
    public synchronized void restore(List<LocalMessage> kept) {
        kept.forEach(this::keep);
    }

    /** Takes back what these authors left: they may no longer speak here. */
    public void forget(Predicate<String> authors) {
        takeBack(message -> !message.author().isEmpty() && authors.test(message.author()));
    }

    /** Takes back what nobody needs to hear any more. */
    public void expire(long nowMillis) {
        takeBack(message -> message.isOver(nowMillis));
    }

    private synchronized void takeBack(Predicate<LocalMessage> over) {
        for (LocalMessage message : retained.values().stream().filter(over).toList()) {
            keep(takenBack(message));
        }
    }

    private static LocalMessage takenBack(LocalMessage message) {
        return new LocalMessage(
                message.topic(), ByteString.EMPTY, 0, true, Properties.NONE, OptionalLong.empty(), message.author());
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
        @Nullable LocalMessage before = retained.get(message.topic());
        boolean isEmpty = message.payload().isEmpty();
        if (!isEmpty && !hasRoom(message, before)) {
            if (before != null) {
                // Without room for the new word the old one must not pass for the last.
                keep(takenBack(message));
            }
            return;
        }
        if (isEmpty) {
            retained.remove(message.topic());
        } else {
            retained.put(message.topic(), message);
        }
        if (before != null) {
            shares.computeIfPresent(
                    before.author(), (author, share) -> share.topics() > 1 ? share.without(before) : null);
        }
        if (!isEmpty) {
            shares.put(message.author(), shareOf(message.author()).with(message));
        }
        if (!message.author().isEmpty() || (before != null && !before.author().isEmpty())) {
            keeper.accept(message);
        }
    }

    /** One client must not use up what all have. */
    private boolean hasRoom(LocalMessage message, @Nullable LocalMessage before) {
        if (before == null && retained.size() >= maxRetained) {
            return false;
        }
        String author = message.author();
        Share own = shareOf(author);
        if (before != null && before.author().equals(author)) {
            own = own.without(before);
        }
        Share after = own.with(message);
        return author.isEmpty()
                || ((before != null || after.topics() <= MAX_RETAINED_OF_ONE)
                        && after.bytes() <= MAX_RETAINED_BYTES_OF_ONE);
    }

    private Share shareOf(String author) {
        return shares.getOrDefault(author, Share.NOTHING);
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
            List<Subscription> listening = members.stream()
                    .filter(member -> member.subscriber().isListening())
                    .toList();
            List<Subscription> able = listening.isEmpty() ? members : listening;
            Subscription next = able.get(Math.floorMod(turn++, able.size()));
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
