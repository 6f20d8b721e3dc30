package org.fieldward.core.distribution.subscription;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
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
import org.fieldward.core.distribution.source.Contents.Content;
import org.fieldward.core.distribution.subscription.Notifications.About;
import org.fieldward.core.distribution.subscription.Notifications.Told;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Parameters;

/**
 * {@code Subscription/$status} and {@code Subscription/$events} of the R4 backport
 * (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/operations.html).
 */
public final class SubscriptionOperations {

    private static final int MOST = 500;

    private final Chart chart;
    private final Subscriptions subscriptions;
    private final Notifications notifications;
    private final SqlReceivers receivers;
    private final SqlEvents events;
    private final InstantSource clock;

    public SubscriptionOperations(
            Chart chart,
            Subscriptions subscriptions,
            Notifications notifications,
            SqlReceivers receivers,
            SqlEvents events,
            InstantSource clock) {
        this.chart = chart;
        this.subscriptions = subscriptions;
        this.notifications = notifications;
        this.receivers = receivers;
        this.events = events;
        this.clock = clock;
    }

    /** For the API's table of operations. */
    public List<Deed> deeds() {
        Set<String> types = Set.of("Subscription");
        String definition = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-";
        return List.of(
                new Deed("$status", types, true, true, definition + "status", this::status),
                new Deed("$events", types, false, true, definition + "events", this::events));
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
        // Neither more than the Subscription may see nor more than who asks.
        List<Told> told = new ArrayList<>();
        List<Told> theirs = subscriber.told(found, form, call.sight());
        List<Told> its = subscriber.told(found, form, subscriber.sight());
        for (int i = 0; i < found.size(); i++) {
            told.add(its.get(i).content() instanceof Content.Hidden ? its.get(i) : theirs.get(i));
        }
        return Answer.of(200, notifications.bundle(about(entry, "query-event"), told, form, clock.instant()));
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
        return call.target()
                .key()
                .filter(key -> chart.read(key, call.sight())
                        .filter(version -> !version.isDeleted())
                        .isPresent())
                .flatMap(key -> receivers.find(Kind.SUBSCRIPTION, key.id()))
                .orElseThrow(() -> Refusal.missing("there is no such Subscription, or it is not heeded yet"));
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
