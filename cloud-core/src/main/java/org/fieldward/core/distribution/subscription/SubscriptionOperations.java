package org.fieldward.core.distribution.subscription;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.source.Contents.Content;
import org.fieldward.core.distribution.subscription.Notifications.About;
import org.fieldward.core.distribution.subscription.Notifications.Told;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;

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

    @Operation(name = "$status", typeName = "Subscription", idempotent = true)
    public Bundle status(@IdParam IdType id, HttpServletRequest request) {
        return statuses(List.of(seen(id.getIdPart(), request)));
    }

    @Operation(name = "$status", typeName = "Subscription", idempotent = true)
    public Bundle statuses(
            @OperationParam(name = "id", max = OperationParam.MAX_UNLIMITED, typeName = "id") List<IdType> ids,
            @OperationParam(name = "status", max = OperationParam.MAX_UNLIMITED, typeName = "code")
                    List<CodeType> states,
            HttpServletRequest request) {
        List<String> wanted =
                ids == null ? List.of() : ids.stream().map(IdType::getIdPart).toList();
        List<String> said = states == null
                ? List.of()
                : states.stream().map(CodeType::getValue).toList();
        Sight sight = sight(request);
        return statuses(receivers.all(Optional.of(Kind.SUBSCRIPTION)).stream()
                .filter(entry -> wanted.isEmpty() || wanted.contains(entry.name()))
                .filter(entry -> said.isEmpty() || said.contains(entry.state().text()))
                .filter(entry -> chart.read(key(entry.name()), sight)
                        .filter(version -> !version.isDeleted())
                        .isPresent())
                .toList());
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

    @Operation(name = "$events", typeName = "Subscription", idempotent = true)
    public Bundle events(
            @IdParam IdType id,
            @OperationParam(name = "eventsSinceNumber", typeName = "string") StringType since,
            @OperationParam(name = "eventsUntilNumber", typeName = "string") StringType until,
            @OperationParam(name = "content", typeName = "code") CodeType content,
            HttpServletRequest request) {
        Entry entry = seen(id.getIdPart(), request);
        Subscriber subscriber = subscriptions.subscriber(entry);
        Wish.Content form = content == null
                ? subscriber.wish().content()
                : least(Wish.Content.of(content.getValue()), subscriber.wish().content());
        List<Event> found = events.between(
                entry.number(),
                number("eventsSinceNumber", since, 1),
                number("eventsUntilNumber", until, Long.MAX_VALUE),
                MOST,
                false);
        // Neither more than the Subscription may see nor more than who asks.
        List<Told> told = new ArrayList<>();
        List<Told> theirs = subscriber.told(found, form, sight(request));
        List<Told> its = subscriber.told(found, form, subscriber.sight());
        for (int i = 0; i < found.size(); i++) {
            told.add(its.get(i).content() instanceof Content.Hidden ? its.get(i) : theirs.get(i));
        }
        return notifications.bundle(about(entry, "query-event"), told, form, clock.instant());
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

    private Entry seen(String id, HttpServletRequest request) {
        return Optional.of(id)
                .filter(Key::isId)
                .flatMap(name -> chart.read(key(name), sight(request)))
                .filter(version -> !version.isDeleted())
                .flatMap(version -> receivers.find(Kind.SUBSCRIPTION, id))
                .orElseThrow(
                        () -> new ResourceNotFoundException("there is no such Subscription, or it is not heeded yet"));
    }

    private static Key key(String id) {
        return new Key("Subscription", id);
    }

    private static long number(String name, StringType text, long absent) {
        if (text == null || text.isEmpty()) {
            return absent;
        }
        try {
            return Long.parseLong(text.getValue());
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(name + " must be a number");
        }
    }

    private static Sight sight(HttpServletRequest request) {
        Object caller = request.getAttribute(Caller.class.getName());
        if (caller instanceof Caller known) {
            return known.sight();
        }
        // The door lets nobody in without a caller unless it is open to all of this machine.
        return Sight.EVERYTHING;
    }
}
