package org.fieldward.core.webhook.recorded;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.clinical.Events;
import org.fieldward.core.clinical.Events.Answer;
import org.fieldward.core.clinical.Events.Form;
import org.fieldward.core.clinical.Events.Receipt;
import org.fieldward.core.webhook.Delivery;
import org.fieldward.core.webhook.Received;
import org.fieldward.core.webhook.Reception;
import org.fieldward.core.webhook.Trail;
import org.fieldward.core.webhook.WebhookException;
import org.fieldward.core.webhook.arrival.Arrivals;
import org.fieldward.core.webhook.source.Source;

/**
 * Brings documents to the doors at which they would have come over HTTP, each by its own rules. A document twice has one
 * effect and one answer, since that is what the doors promise. Thread-safe.
 */
public final class Doors {

    /** No source of the file can have a slash in its name. */
    private static final String PREFIX = "gateway/";

    private static final int MAX_ISSUES = 5;

    private final Events events;
    private final Reception reception;
    private final Arrivals arrivals;
    private final Trail trail;
    private final Function<String, Optional<Source>> sources;
    private final Function<String, String> facilityOf;

    /**
     * @param sources that the operator set up
     * @param facilityOf to which a gateway belongs
     */
    public Doors(
            Events events,
            Reception reception,
            Arrivals arrivals,
            Trail trail,
            Function<String, Optional<Source>> sources,
            Function<String, String> facilityOf) {
        this.events = events;
        this.reception = reception;
        this.arrivals = arrivals;
        this.trail = trail;
        this.sources = sources;
        this.facilityOf = facilityOf;
    }

    String facilityOf(String gateway) {
        return facilityOf.apply(gateway);
    }

    /** Of a name as arrivals have it: one of the operator's, or a gateway. */
    public static Optional<Source> source(
            String name, Function<String, Optional<Source>> sources, Function<String, String> facilityOf) {
        return name.startsWith(PREFIX)
                ? Optional.of(gateway(name.substring(PREFIX.length()), sources, facilityOf))
                : sources.apply(name);
    }

    /** A source of the gateway's name in the operator's file says how its messages are to be read. */
    private static Source gateway(
            String name, Function<String, Optional<Source>> sources, Function<String, String> facilityOf) {
        Optional<Source> told = sources.apply(name).filter(source -> source.format() == Source.Format.HL7V2);
        return new Source(
                PREFIX + name,
                Set.of(facilityOf.apply(name)),
                List.of(),
                Source.Format.HL7V2,
                Optional.empty(),
                told.map(Source::perMinute).orElse(1),
                told.flatMap(Source::zone),
                told.map(Source::systems).orElse(Map.of()),
                Optional.empty(),
                Set.of());
    }

    /** Throws if the store failed, or somebody else is in the way: then nothing is known, and it is brought again. */
    Ruling bring(Recorded document) {
        return switch (document.purpose()) {
            case CLINICAL_EVENT -> event(document);
            case HL7V2 -> message(document);
        };
    }

    private Ruling event(Recorded document) {
        Form form = document.mediaType().toLowerCase(Locale.ROOT).startsWith("application/fhir+json")
                ? Form.FHIR
                : Form.JSON;
        Set<String> facilities = Set.of(document.facility());
        var author = new Author(document.source(), facilities, Sight.of(facilities));
        var arrival = new Events.Arrival(document.source(), Optional.of(document.facility()), form, document.content());
        return switch (events.take(arrival, author)) {
            case Answer.Accepted accepted -> taken(document, accepted.receipt());
            case Answer.Duplicate duplicate -> taken(document, duplicate.receipt());
            case Answer.Refused refused ->
                Ruling.refused(refused.issues().stream()
                        .limit(MAX_ISSUES)
                        .map(issue -> (issue.element() + " " + issue.rule()).strip())
                        .collect(Collectors.joining("; ")));
        };
    }

    private Ruling taken(Recorded document, Receipt receipt) {
        trail.recorded(
                "gateway " + document.source(), true, "/api/v1/events/" + receipt.number(), List.of(receipt.patient()));
        return Ruling.taken(receipt.number());
    }

    private Ruling message(Recorded document) {
        String gateway = document.origin().gateway();
        Received received = reception.take(
                new Delivery(
                        gateway(gateway, sources, facilityOf),
                        document.facility(),
                        Optional.empty(),
                        Optional.empty(),
                        document.content()),
                Reception.Notes.NONE);
        return ruling(received, document.source());
    }

    /** Tries a quarantined message again. */
    Ruling again(Recorded document, long arrival) {
        Received received = reception
                .replay(arrival, name -> source(name, sources, facilityOf))
                .orElseThrow(() -> new WebhookException("a document's arrival must be there, " + arrival + " is not"));
        return ruling(received, document.source());
    }

    private Ruling ruling(Received received, String teller) {
        if (received.number() > 0 && received.status() != Received.BUSY) {
            trail.recorded(
                    "gateway " + teller,
                    received.isApplied(),
                    "/api/v1/arrivals/" + received.number(),
                    Trail.patients(received.answer()));
        }
        if (received.isApplied()) {
            return Ruling.taken(received.number());
        }
        if (received.status() == Received.BUSY || received.number() == 0) {
            throw new WebhookException("a recorded message could not be taken now");
        }
        // As it is kept: what the sender was told may quote the message.
        String why = arrivals.find(received.number())
                .map(arrival ->
                        (arrival.place().orElse("") + " " + arrival.rule().orElse("")).strip())
                .orElse("");
        return Ruling.quarantined(received.number(), why);
    }
}
