package org.fieldward.core.distribution.target;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.delivery.Message.Body;
import org.fieldward.core.distribution.outbox.Receiver;
import org.fieldward.core.distribution.source.AlarmSource;
import org.fieldward.core.distribution.source.Contents;
import org.fieldward.core.distribution.source.Contents.Content;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Subject;
import org.fieldward.core.distribution.topic.Interest;

/** A target as somebody who is told: one signed message for each event, in order for each patient. */
final class Targeted implements Receiver {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LANES = 4;

    private final String name;
    private final Target target;
    private final Secrets secrets;
    private final List<Interest> interests;
    private final Contents contents;
    private final Duration patience;

    Targeted(
            String name,
            Target target,
            Secrets secrets,
            List<Interest> interests,
            Contents contents,
            Duration patience) {
        this.name = name;
        this.target = target;
        this.secrets = secrets;
        this.interests = List.copyOf(interests);
        this.contents = contents;
        this.patience = patience;
    }

    @Override
    public Terms terms() {
        // What cannot be signed is not sent: it waits until it can be.
        return new Terms(1, LANES, false, Optional.empty(), false, !secrets.open(name, target));
    }

    @Override
    public Set<String> types() {
        return interests.stream().map(Interest::type).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean wants(Happening happening) {
        return interests.stream().anyMatch(interest -> interest.wants(happening))
                && happening.isSeenWith(target.sight());
    }

    @Override
    public String lane(Subject subject) {
        return subject.patient().orElse("");
    }

    @Override
    public Optional<Instant> until() {
        return Optional.empty();
    }

    @Override
    public Message events(List<Event> events, Progress progress, Instant now) {
        Event event = events.getFirst();
        String id = "target-" + name + "-" + event.number();
        String body = envelope(event, id);
        Map<String, String> headers = Map.of(
                "webhook-id", id,
                "webhook-timestamp", Long.toString(now.getEpochSecond()),
                "webhook-signature", Signature.of(secrets.valid(name, target, now), id, now, body));
        return new Message("POST", target.url(), headers, Optional.of(new Body("application/json", body)), patience);
    }

    private String envelope(Event event, String id) {
        Subject subject = event.subject();
        String type = subject.word().isOfAlarm()
                ? AlarmSource.TYPE
                : subject.focus().substring(0, subject.focus().indexOf('/'));
        ObjectNode node = JSON.createObjectNode();
        node.put("id", id);
        node.put("number", event.number());
        node.put("type", type + "." + subject.word().name().toLowerCase(Locale.ROOT));
        node.put("time", event.at().toString());
        Content content = contents.of(subject, target.sight());
        // What must not be seen any more is counted, and nothing else is said of it.
        if (!(content instanceof Content.Hidden)) {
            node.put("focus", subject.focus());
            if (subject.version() > 0) {
                node.put("version", subject.version());
            }
            subject.patient().ifPresent(patient -> node.put("patient", patient));
            boolean alarm = subject.word().isOfAlarm();
            if (content instanceof Content.Seen seen && (target.full() || alarm)) {
                String json = FhirContext.forR4Cached().newJsonParser().encodeResourceToString(seen.resource());
                node.putRawValue("resource", new RawValue(json));
            }
        }
        return node.toString();
    }

    @Override
    public Message handshake(Progress progress, Instant now) {
        throw new IllegalStateException("a target is asked for no handshake");
    }

    @Override
    public Message heartbeat(Progress progress, Instant now) {
        throw new IllegalStateException("a target is told no heartbeat");
    }
}
