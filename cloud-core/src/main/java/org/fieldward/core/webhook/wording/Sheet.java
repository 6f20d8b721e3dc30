package org.fieldward.core.webhook.wording;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.filing.Matter.Remark;
import org.fieldward.core.webhook.filing.Movement;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.hl7.Segment;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** What a translation has written so far. Of one message; not thread-safe. */
public final class Sheet {

    private static final String UNIQUE = "urn:ietf:rfc:3986";

    private final Message message;
    private final Origin origin;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Movement> movements = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();
    private final Map<String, String> shared = new HashMap<>();

    public Sheet(Message message, Origin origin) {
        this.message = message;
        this.origin = origin;
    }

    public Message message() {
        return message;
    }

    public Origin origin() {
        return origin;
    }

    public List<Draft> drafts() {
        return drafts;
    }

    public List<Movement> movements() {
        return movements;
    }

    public List<Remark> remarks() {
        return remarks;
    }

    public void remark(String place, String rule) {
        remarks.add(new Remark(place, rule));
    }

    /** Adds a resource that says a part; whoever refers to it does so by what is returned. */
    public Reference add(Resource resource, Identity identity) {
        return add(resource, identity, Set.of(), Set.of());
    }

    public Reference add(Resource resource, Identity identity, Set<String> cleared, Set<String> initial) {
        String name = "urn:fieldward:draft:" + drafts.size();
        drafts.add(Draft.part(name, resource, identity).clearing(cleared).initially(initial));
        return new Reference(name);
    }

    /** As {@link #add}, but only once for the same identifier in a message. */
    public Reference addOnce(Resource resource, Identifier identifier) {
        String key = resource.fhirType() + "\n" + identifier.getSystem() + "\n" + identifier.getValue();
        return new Reference(shared.computeIfAbsent(
                key, unseen -> add(resource, Identity.of(List.of(identifier))).getReference()));
    }

    public void move(Movement movement) {
        movements.add(movement);
    }

    /** An identifier made by rule, of something that the message gives none: the same parts, the same identifier. */
    public Identifier unique(String... parts) {
        String all = String.join(
                "\u001f",
                Stream.concat(Stream.of(origin.facility()), Stream.of(parts)).toList());
        UUID made = UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
        return new Identifier().setSystem(UNIQUE).setValue("urn:uuid:" + made);
    }

    /** A field's time. What is no time is left out, with a remark. */
    public Optional<DateTimeType> time(Segment segment, int field) {
        return time(segment, field, segment.text(field));
    }

    public Optional<DateTimeType> time(Segment segment, int field, String said) {
        if (said.isEmpty()) {
            return Optional.empty();
        }
        Optional<DateTimeType> time = Times.dateTime(said, origin.zone());
        if (time.isEmpty()) {
            remark(segment.place(field), "must be a time, YYYYMMDDHHMMSS+ZZZZ");
        }
        return time;
    }

    public Optional<Instant> instant(Segment segment, int field) {
        return Times.instant(segment.text(field), origin.zone());
    }
}
