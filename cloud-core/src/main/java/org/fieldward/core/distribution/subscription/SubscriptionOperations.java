package org.fieldward.core.distribution.subscription;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.rest.door.Deed;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.subscription.Notifications.About;
import org.fieldward.core.distribution.subscription.Notifications.Told;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UrlType;

/**
 * {@code Subscription/$status}, {@code $events} and {@code $get-ws-binding-token} of the R4 backport
 * (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/operations.html).
 */
public final class SubscriptionOperations {

    private static final int MOST = 500;
    private static final int MOST_BOUND = 50;
    private static final String MISSING = "there is no such Subscription, or it is not heeded yet";

    private final Chart chart;
    private final Subscriptions subscriptions;
    private final Notifications notifications;
    private final SqlReceivers receivers;
    private final SqlEvents events;
    private final BindingTokens tokens;
    private final InstantSource clock;

    public SubscriptionOperations(
            Chart chart,
            Subscriptions subscriptions,
            Notifications notifications,
            SqlReceivers receivers,
            SqlEvents events,
            BindingTokens tokens,
            InstantSource clock) {
        this.chart = chart;
        this.subscriptions = subscriptions;
        this.notifications = notifications;
        this.receivers = receivers;
        this.events = events;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** For the API's table of operations. */
    public List<Deed> deeds() {
        Set<String> types = Set.of("Subscription");
        String definition = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-";
        return List.of(
                new Deed("$status", types, true, true, definition + "status", this::status),
                new Deed("$events", types, false, true, definition + "events", this::events),
                new Deed(
                        "$get-ws-binding-token",
                        types,
                        true,
                        true,
                        definition + "get-ws-binding-token",
                        this::bindingToken));
    }

    private Answer status(Call call) {
        if (call.target().id().isPresent()) {
            return Answer.of(200, statuses(List.of(seen(call))));
        }
        List<String> wanted = call.parameters().getOrDefault("id", List.of());
        List<String> states = call.parameters().getOrDefault("status", List.of());
        return Answer.of(
                200,
                statuses(receivers.all(Optional.of(Kind.SUBSCRIPTION)).stream()
                        .filter(entry -> wanted.isEmpty() || wanted.contains(entry.name()))
                        .filter(entry -> states.isEmpty()
                                || states.contains(entry.state().text()))
                        .filter(entry -> chart.read(key(entry.name()), call.sight())
                                .filter(version -> !version.isDeleted())
                                .isPresent())
                        .toList()));
    }

    private Bundle statuses(List<Entry> entries) {
        var bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        bundle.setTotal(entries.size());
        for (Entry entry : entries) {
            Parameters status = notifications.status(about(entry, "query-status"), true);
            BundleEntryComponent one = bundle.addEntry();
            one.setFullUrl("urn:uuid:" + status.getId());
            one.setResource(status);
            one.getSearch().setMode(SearchEntryMode.MATCH);
        }
        return bundle;
    }

    private Answer events(Call call) {
        Entry entry = seen(call);
        Subscriber subscriber = subscriptions.subscriber(entry);
        Wish.Content form = call.parameter("content")
                .map(SubscriptionOperations::content)
                .map(content -> least(content, subscriber.wish().content()))
                .orElse(subscriber.wish().content());
        List<Event> found = events.between(
                entry.number(),
                number(call, "eventsSinceNumber", 1),
                number(call, "eventsUntilNumber", Long.MAX_VALUE),
                MOST,
                false);
        List<Told> told = subscriber.told(found, form, subscriber.sight(), call.sight());
        return Answer.of(200, notifications.bundle(about(entry, "query-event"), told, form, clock.instant()));
    }

    private Answer bindingToken(Call call) {
        List<String> ids = call.target()
                .id()
                .map(List::of)
                .orElseGet(() -> Stream.concat(call.parameters().getOrDefault("id", List.of()).stream(), inBody(call))
                        .map(id -> id.substring(id.lastIndexOf('/') + 1))
                        .distinct()
                        .toList());
        if (ids.isEmpty() || ids.size() > MOST_BOUND) {
            throw Refusal.bad("http.id", "must name 1 to " + MOST_BOUND + " Subscriptions");
        }
        for (String id : ids) {
            Entry entry = seen(key(id), call);
            if (entry.state() == State.OFF
                    || !subscriptions.subscriber(entry).wish().isFetched()) {
                throw Refusal.of(
                        422,
                        IssueType.BUSINESSRULE,
                        "http.id",
                        "must name Subscriptions with channel.type websocket that are not off");
            }
        }
        var shown = new Doorkeeper.Shown(call.header("authorization"), Callers.session(call.header("cookie")));
        BindingTokens.Token token = tokens.issue(new BindingTokens.Bound(shown, ids));
        var parameters = new Parameters();
        parameters.addParameter().setName("token").setValue(new StringType(token.text()));
        parameters.addParameter().setName("expiration").setValue(new DateTimeType(Date.from(token.until())));
        ids.forEach(id -> parameters.addParameter().setName("subscription").setValue(new StringType(id)));
        parameters.addParameter().setName("websocket-url").setValue(new UrlType(socketUrl(notifications.base())));
        return Answer.of(200, parameters).with(Map.of("Cache-Control", "no-store"));
    }

    private static Stream<String> inBody(Call call) {
        if (!(call.body() instanceof Call.Body.Bytes bytes) || bytes.content().isEmpty()) {
            return Stream.empty();
        }
        try {
            return FhirContext.forR4Cached()
                    .newJsonParser()
                    .parseResource(Parameters.class, bytes.content().toStringUtf8())
                    .getParameter()
                    .stream()
                    .filter(one -> one.getName().equals("id") && one.hasValue())
                    .map(one -> one.getValue().primitiveValue());
        } catch (DataFormatException e) {
            throw Refusal.bad("http.body", "must be Parameters in JSON, or nothing");
        }
    }

    /** @param base of the FHIR API, as {@code https://core.example/fhir} */
    static String socketUrl(String base) {
        return base.replaceFirst("^http", "ws").replaceFirst("/fhir$", "") + SubscriptionSocket.PATH;
    }

    /** Who asked for ids once gets no content by asking again. */
    private static Wish.Content least(Wish.Content one, Wish.Content other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private About about(Entry entry, String type) {
        Optional<String> topic = entry.state() == State.OFF
                ? Optional.empty()
                : subscriptions.subscriber(entry).topic();
        return new About(entry.name(), topic, entry.state().text(), type, entry.events(), entry.reason());
    }

    private Entry seen(Call call) {
        return seen(call.target().key().orElseThrow(() -> Refusal.missing(MISSING)), call);
    }

    private Entry seen(Key key, Call call) {
        return Optional.of(key)
                .filter(known -> chart.read(known, call.sight())
                        .filter(version -> !version.isDeleted())
                        .isPresent())
                .flatMap(known -> receivers.find(Kind.SUBSCRIPTION, known.id()))
                .orElseThrow(() -> Refusal.missing(MISSING));
    }

    private static Key key(String id) {
        return new Key("Subscription", id);
    }

    private static Wish.Content content(String code) {
        try {
            return Wish.Content.of(code);
        } catch (BadQuestion e) {
            throw Refusal.bad("http.content", "must be empty, id-only or full-resource");
        }
    }

    private static long number(Call call, String name, long absent) {
        try {
            return call.parameter(name).map(Long::parseLong).orElse(absent);
        } catch (NumberFormatException e) {
            throw Refusal.bad("http." + name, "must be a number");
        }
    }
}
