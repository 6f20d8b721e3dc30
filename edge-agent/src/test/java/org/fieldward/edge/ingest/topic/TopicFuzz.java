package org.fieldward.edge.ingest.topic;

import static org.fieldward.edge.fuzz.Check.that;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.edge.ingest.packet.Properties;

/** Filters, shared filters and who hears what, against a matcher that is too simple to be wrong. */
public final class TopicFuzz {

    private static final int SUBSCRIBERS = 3;
    private static final List<String> LEVELS = List.of("", "a", "b", "$x", "+", "#", "$share", "g", "a+", "#b");

    /** What one subscriber asked for, in the words it used. */
    private record Asked(int subscriber, Optional<String> group, String filter, int qos) {}

    private final LocalTopics topics = new LocalTopics(3);
    private final List<List<Delivery>> heard = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final Map<String, Asked> asked = new HashMap<>();
    private final Map<String, ByteString> kept = new HashMap<>();

    private TopicFuzz() {
        for (int i = 0; i < SUBSCRIBERS; i++) {
            var own = new ArrayList<Delivery>();
            heard.add(own);
            listeners.add(new Listener(own::add));
        }
    }

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        var fuzz = new TopicFuzz();
        while (!dice.isEmpty()) {
            switch (dice.below(4)) {
                case 0 -> fuzz.subscribe(dice);
                case 1 -> fuzz.unsubscribe(dice);
                default -> fuzz.publish(dice);
            }
        }
    }

    /** Levels that have a meaning, or any text. */
    private static String text(Dice dice) {
        if (dice.below(4) == 0) {
            return dice.text();
        }
        var levels = new ArrayList<String>();
        for (int left = dice.below(5); left >= 0; left--) {
            levels.add(dice.one(LEVELS));
        }
        return String.join("/", levels);
    }

    private static String name(Dice dice) {
        return text(dice).replace('+', 'p').replace('#', 'h');
    }

    private Optional<SharedFilter> parsed(String text) {
        if (!isFilter(text)) {
            try {
                that(TopicFilter.of(text).levels().isEmpty(), "what is no filter is refused");
            } catch (IllegalArgumentException expected) {
                return Optional.empty();
            }
        }
        Optional<SharedFilter> parsed = SharedFilter.of(text);
        that(parsed.isPresent() == understood(text), "a shared filter has a name and a filter");
        return parsed;
    }

    private void subscribe(Dice dice) {
        String text = text(dice);
        int who = dice.below(SUBSCRIBERS);
        int qos = dice.below(3);
        Optional<SharedFilter> filter = parsed(text);
        if (filter.isEmpty()) {
            return;
        }
        boolean fresh = topics.subscribe(subscription(who, filter.get(), qos));
        boolean shared = text.startsWith("$share/");
        String plain = shared ? text.substring(text.indexOf('/', 7) + 1) : text;
        var one = new Asked(
                who, shared ? Optional.of(text.substring(7, text.indexOf('/', 7))) : Optional.empty(), plain, qos);
        that(fresh == (asked.put(who + " " + text, one) == null), "a subscription is new or replaces one");
        var last = topics.retained(subscription(who, filter.get(), qos));
        long expected = shared
                ? 0
                : kept.keySet().stream().filter(topic -> matches(plain, topic)).count();
        that(last.size() == expected, "a new subscriber gets the last words that match");
    }

    private void unsubscribe(Dice dice) {
        String text = asked.isEmpty() || dice.flag()
                ? text(dice)
                : asked.keySet().iterator().next().substring(2);
        int who = dice.below(SUBSCRIBERS);
        parsed(text).ifPresent(filter -> {
            boolean known = topics.unsubscribe(subscription(who, filter, 0));
            that(known == (asked.remove(who + " " + text) != null), "only what was asked for ends");
        });
    }

    private Subscription subscription(int who, SharedFilter filter, int qos) {
        return new Subscription(
                listeners.get(who), filter.group(), filter.filter(), qos, false, false, Optional.empty());
    }

    private void publish(Dice dice) {
        String topic = name(dice);
        boolean retained = dice.below(4) == 0;
        ByteString payload = dice.flag() ? ByteString.copyFromUtf8("x") : ByteString.EMPTY;
        heard.forEach(List::clear);
        var reached = topics.publish(new LocalMessage(topic, payload, dice.below(3), retained, Properties.NONE), null);
        if (retained && payload.isEmpty()) {
            kept.remove(topic);
        } else if (retained && (kept.size() < 3 || kept.containsKey(topic))) {
            kept.put(topic, payload);
        }
        List<Asked> meant = asked.values().stream()
                .filter(one -> matches(one.filter, topic))
                .toList();
        that(topics.hasSubscriber(topic) == !meant.isEmpty(), "whoever asked is known");
        int groups = (int) meant.stream()
                .filter(one -> one.group.isPresent())
                .map(one -> one.group.get() + "/" + one.filter)
                .distinct()
                .count();
        int alone = 0;
        for (int who = 0; who < SUBSCRIBERS; who++) {
            int self = who;
            OptionalInt qos = meant.stream()
                    .filter(one -> one.subscriber == self && one.group.isEmpty())
                    .mapToInt(Asked::qos)
                    .max();
            alone += qos.isPresent() ? 1 : 0;
            boolean member = meant.stream().anyMatch(one -> one.subscriber == self && one.group.isPresent());
            that(qos.isPresent() || member || heard.get(who).isEmpty(), "nobody hears what nobody asked for");
            that(qos.isEmpty() || !heard.get(who).isEmpty(), "whoever asked hears it");
            that(
                    heard.get(who).stream()
                            .allMatch(one -> one.qos() <= one.message().qos()),
                    "QoS is never raised");
            that(
                    qos.isEmpty()
                            || heard.get(who).stream()
                                    .anyMatch(one ->
                                            one.qos() == Math.min(one.message().qos(), qos.getAsInt())),
                    "QoS is the highest of what was asked");
        }
        int all = heard.stream().mapToInt(List::size).sum();
        that(all == alone + groups, "each subscriber and each group hears it once");
        that(reached.subscribers() == all, "as many as heard it are counted");
    }

    /** A filter by the letter of section 4.7.1, and of a size that we take. */
    private static boolean isFilter(String text) {
        String[] levels = text.split("/", -1);
        boolean holds = !text.isEmpty() && levels.length <= TopicFilter.MAX_LEVELS;
        for (int i = 0; i < levels.length; i++) {
            boolean wild = levels[i].contains("+") || levels[i].contains("#");
            holds &= !wild || levels[i].equals("+") || (levels[i].equals("#") && i == levels.length - 1);
        }
        return holds;
    }

    private static boolean understood(String text) {
        if (!text.startsWith("$share/")) {
            return true;
        }
        String[] parts = text.split("/", 3);
        return parts.length == 3
                && !parts[1].isEmpty()
                && !parts[1].equals("+")
                && !parts[1].equals("#")
                && !parts[2].isEmpty();
    }

    private static boolean matches(String filter, String topic) {
        boolean hidden = topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"));
        return !hidden && rest(filter, topic, false);
    }

    /** @param over whether the topic has no level left */
    private static boolean rest(String filter, String topic, boolean over) {
        if (filter.equals("#")) {
            return true;
        }
        int ends = filter.indexOf('/');
        String wanted = ends < 0 ? filter : filter.substring(0, ends);
        int end = topic.indexOf('/');
        String level = end < 0 ? topic : topic.substring(0, end);
        if (over || !(wanted.equals("+") || wanted.equals(level))) {
            return false;
        }
        if (ends < 0 || end < 0) {
            return ends < 0 ? end < 0 : filter.substring(ends + 1).equals("#");
        }
        return rest(filter.substring(ends + 1), topic.substring(end + 1), false);
    }
}
