package org.fieldward.core.distribution.subscription;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.delivery.Message.Body;
import org.fieldward.core.distribution.outbox.Receiver;
import org.fieldward.core.distribution.source.Contents;
import org.fieldward.core.distribution.source.Contents.Content;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Subject;
import org.fieldward.core.distribution.subscription.Notifications.About;
import org.fieldward.core.distribution.subscription.Notifications.Told;

/** A Subscription as somebody who is told: over a topic by notification bundles, over a search by the resource itself. */
final class Subscriber implements Receiver {

    private static final String FHIR_JSON = "application/fhir+json; charset=utf-8";

    private final String id;
    private final Wish wish;
    private final Sight sight;
    private final Contents contents;
    private final Notifications notifications;
    private final Duration patience;

    Subscriber(String id, Wish wish, Sight sight, Contents contents, Notifications notifications, Duration patience) {
        this.id = id;
        this.wish = wish;
        this.sight = sight;
        this.contents = contents;
        this.notifications = notifications;
        this.patience = patience;
    }

    @Override
    public Terms terms() {
        return new Terms(wish.atOnce(), 1, wish.topic().isPresent(), wish.heartbeat(), true, wish.isFetched());
    }

    @Override
    public Set<String> types() {
        return Set.of(wish.interest().type());
    }

    @Override
    public boolean wants(Happening happening) {
        return wish.interest().wants(happening) && happening.isSeenWith(sight);
    }

    @Override
    public String lane(Subject subject) {
        return "";
    }

    @Override
    public Optional<Instant> until() {
        return wish.end();
    }

    @Override
    public Message events(List<Event> events, Progress progress, Instant now) {
        if (wish.topic().isEmpty()) {
            return plain(events.getFirst());
        }
        return message(notifications.bundle(
                about("event-notification", progress), told(events, wish.content(), sight), wish.content(), now));
    }

    /** What may be seen with a sight, which is asked again each time: who sees what changes. */
    List<Told> told(List<Event> events, Wish.Content content, Sight with) {
        return events.stream()
                .map(event -> new Told(
                        event,
                        content == Wish.Content.EMPTY ? new Content.Hidden() : contents.of(event.subject(), with)))
                .toList();
    }

    /** Neither more than the Subscription may see nor more than who is told. */
    List<Told> told(List<Event> events, Wish.Content content, Sight its, Sight theirs) {
        List<Told> one = told(events, content, its);
        if (theirs.isEverything() || theirs.equals(its)) {
            return one;
        }
        List<Told> other = told(events, content, theirs);
        var both = new ArrayList<Told>();
        for (int i = 0; i < one.size(); i++) {
            both.add(one.get(i).content() instanceof Content.Hidden ? one.get(i) : other.get(i));
        }
        return both;
    }

    /**
     * A notification for who fetches it.
     *
     * @param type of it, as {@code handshake}
     */
    String notification(String type, List<Event> events, Progress progress, Sight theirs, Instant now) {
        return Notifications.json(notifications.bundle(
                about(type, progress), told(events, wish.content(), sight, theirs), wish.content(), now));
    }

    private Message plain(Event event) {
        Map<String, String> headers = new TreeMap<>(wish.headers());
        headers.put("Fieldward-Event-Number", Long.toString(event.number()));
        Duration limit = wish.patience().orElse(patience);
        if (wish.content() == Wish.Content.FULL && contents.of(event.subject(), sight) instanceof Content.Seen seen) {
            String url = wish.endpoint().replaceAll("/+$", "") + "/"
                    + event.subject().focus();
            var body = new Body(FHIR_JSON, Notifications.json(seen.resource()));
            return new Message("PUT", url, headers, Optional.of(body), limit);
        }
        return new Message("POST", wish.endpoint(), headers, Optional.empty(), limit);
    }

    @Override
    public Message handshake(Progress progress, Instant now) {
        return message(notifications.bundle(about("handshake", progress), List.of(), wish.content(), now));
    }

    @Override
    public Message heartbeat(Progress progress, Instant now) {
        if (wish.topic().isEmpty()) {
            return new Message("POST", wish.endpoint(), wish.headers(), Optional.empty(), patience);
        }
        return message(notifications.bundle(about("heartbeat", progress), List.of(), wish.content(), now));
    }

    private About about(String type, Progress progress) {
        return new About(id, topic(), progress.state(), type, progress.events(), "");
    }

    Optional<String> topic() {
        return wish.topic().map(topic -> topic.url());
    }

    Wish wish() {
        return wish;
    }

    Sight sight() {
        return sight;
    }

    private Message message(org.hl7.fhir.r4.model.Bundle bundle) {
        return new Message(
                "POST",
                wish.endpoint(),
                wish.headers(),
                Optional.of(new Body(FHIR_JSON, Notifications.json(bundle))),
                wish.patience().orElse(patience));
    }
}
