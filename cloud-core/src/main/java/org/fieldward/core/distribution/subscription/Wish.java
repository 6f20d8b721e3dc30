package org.fieldward.core.distribution.subscription;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.fieldward.core.distribution.topic.Interest;
import org.fieldward.core.distribution.topic.Query;
import org.fieldward.core.distribution.topic.Topic;
import org.fieldward.core.distribution.topic.Topics;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelComponent;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;

/**
 * What a Subscription asks for, read from the resource (https://hl7.org/fhir/R4/subscription.html and
 * https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html).
 *
 * @param topic empty: its criteria is a search
 * @param isFetched whether its events are fetched over a WebSocket; they are sent to no endpoint then
 * @param content what a notification holds
 * @param patience for one message, where it names one
 * @param atOnce events in a notification
 */
record Wish(
        Optional<Topic> topic,
        Interest interest,
        boolean isFetched,
        String endpoint,
        Map<String, String> headers,
        Content content,
        Optional<Duration> heartbeat,
        Optional<Duration> patience,
        int atOnce,
        Optional<Instant> end) {

    enum Content {
        EMPTY("empty"),
        ID_ONLY("id-only"),
        FULL("full-resource");

        private final String code;

        Content(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }

        static Content of(String code) {
            for (Content content : values()) {
                if (content.code.equals(code)) {
                    return content;
                }
            }
            throw new BadQuestion("the payload's content must be empty, id-only or full-resource");
        }
    }

    static final String BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    private static final String FHIR_JSON = "application/fhir+json";
    private static final Set<String> JSON = Set.of(FHIR_JSON, "application/json");
    private static final int AT_ONCE = 20;
    private static final int MOST_AT_ONCE = 500;
    private static final int MAX_HEADERS = 10;
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]{1,64}):[ \t]*([\\x20-\\x7e]{1,2000})");

    /** What frames the request, leads it elsewhere, or is ours to set. */
    private static final Set<String> NOT_THEIRS = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "keep-alive",
            "cookie",
            "forwarded",
            "via",
            "user-agent",
            "fieldward-event-number");

    /** @throws BadQuestion naming the element and the rule */
    static Wish of(Subscription subscription, Topics topics, org.fieldward.core.distribution.topic.Matcher matcher) {
        SubscriptionChannelComponent channel = subscription.getChannel();
        boolean isFetched = channel.getType() == SubscriptionChannelType.WEBSOCKET;
        if (!isFetched && channel.getType() != SubscriptionChannelType.RESTHOOK) {
            throw new BadQuestion("Subscription.channel.type must be rest-hook or websocket");
        }
        if (isFetched == channel.hasEndpoint()) {
            throw new BadQuestion(
                    "Subscription.channel.endpoint must be there for a rest-hook, and not for a websocket");
        }
        String criteria = Optional.ofNullable(subscription.getCriteria())
                .orElseThrow(() -> new BadQuestion("Subscription.criteria must be there"));
        Optional<Topic> topic = topics.find(criteria);
        if (topic.isEmpty() && criteria.contains("://")) {
            throw new BadQuestion("Subscription.criteria must be a topic that there is, or a search");
        }
        List<String> filters = texts(subscription.getCriteriaElement().getExtension(), "backport-filter-criteria");
        return new Wish(
                topic,
                topic.map(found -> Interest.of(found, filters, matcher))
                        .orElseGet(() -> Interest.of(Query.parse(criteria), matcher)),
                isFetched,
                isFetched ? "" : channel.getEndpoint(),
                headers(channel),
                content(channel, topic.isPresent()),
                seconds(channel, "backport-heartbeat-period", 10, 604_800),
                seconds(channel, "backport-timeout", 1, 60),
                topic.isPresent() ? number(channel, "backport-max-count").orElse(AT_ONCE) : 1,
                Optional.ofNullable(subscription.getEnd()).map(date -> date.toInstant()));
    }

    private static Content content(SubscriptionChannelComponent channel, boolean topical) {
        boolean json = channel.hasPayload()
                && JSON.contains(channel.getPayload().split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
        if (channel.hasPayload() && !json) {
            throw new BadQuestion("Subscription.channel.payload must be " + FHIR_JSON);
        }
        if (!topical) {
            return json ? Content.FULL : Content.EMPTY;
        }
        return texts(channel.getPayloadElement().getExtension(), "backport-payload-content").stream()
                .findFirst()
                .map(Content::of)
                .orElse(Content.EMPTY);
    }

    private static Map<String, String> headers(SubscriptionChannelComponent channel) {
        if (channel.getHeader().size() > MAX_HEADERS) {
            throw new BadQuestion("Subscription.channel.header must be at most " + MAX_HEADERS);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (StringType header : channel.getHeader()) {
            Matcher matcher = HEADER.matcher(String.valueOf(header.getValue()));
            if (!matcher.matches()) {
                throw new BadQuestion("Subscription.channel.header must be 'Name: value' in printable ASCII");
            }
            String name = matcher.group(1);
            String lower = name.toLowerCase(Locale.ROOT);
            if (NOT_THEIRS.contains(lower)
                    || lower.startsWith("proxy-")
                    || lower.startsWith("sec-")
                    || lower.startsWith("x-forwarded-")) {
                throw new BadQuestion("Subscription.channel.header must not set " + name);
            }
            headers.put(name, matcher.group(2).strip());
        }
        return headers;
    }

    private static Optional<Duration> seconds(SubscriptionChannelComponent channel, String name, int min, int max) {
        Optional<Integer> seconds = number(channel, name, max);
        seconds.filter(number -> number < min).ifPresent(number -> {
            throw new BadQuestion(name + " must be at least " + min + " seconds");
        });
        return seconds.map(Duration::ofSeconds);
    }

    private static Optional<Integer> number(SubscriptionChannelComponent channel, String name) {
        return number(channel, name, MOST_AT_ONCE).map(number -> Math.max(1, number));
    }

    /** More than can be is as much as can be. */
    private static Optional<Integer> number(SubscriptionChannelComponent channel, String name, int most) {
        return channel.getExtension().stream()
                .filter(extension -> (BACKPORT + name).equals(extension.getUrl()))
                .filter(extension -> extension.getValue() instanceof IntegerType)
                .map(extension -> Math.min(most, ((IntegerType) extension.getValue()).getValue()))
                .findFirst();
    }

    private static List<String> texts(List<Extension> extensions, String name) {
        var texts = new ArrayList<String>();
        for (Extension extension : extensions) {
            if ((BACKPORT + name).equals(extension.getUrl()) && extension.getValue() != null) {
                texts.add(extension.getValue().primitiveValue());
            }
        }
        return texts;
    }
}
