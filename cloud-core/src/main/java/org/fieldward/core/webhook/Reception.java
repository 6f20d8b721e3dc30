package org.fieldward.core.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.webhook.arrival.Arrival;
import org.fieldward.core.webhook.arrival.Arrivals;
import org.fieldward.core.webhook.arrival.Arrivals.Claim;
import org.fieldward.core.webhook.filing.Filed;
import org.fieldward.core.webhook.filing.Filed.Done;
import org.fieldward.core.webhook.filing.Filing;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.Matter.Remark;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.source.Gatekeeper;
import org.fieldward.core.webhook.source.Source;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages: stores the bytes and what they say in one transaction, or, where they are refused, the bytes and why.
 * Answers only after one of the two would survive a power cut. The same message again gets the same answer. Thread-safe.
 */
public final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    private static final int MAX_ATTEMPTS = 5;
    private static final int MAX_SHARED_DRAFTS = 20;

    private final Chart chart;
    private final Arrivals arrivals;
    private final Effects effects;
    private final Reader reader;
    private final Filing filing;
    private final InstantSource clock;

    /** What must hold of a resource before it is stored. Thread-safe. */
    public interface Rules {

        /** The first that is broken; may quote what stands there, for the sender's eyes only. */
        Optional<Remark> broken(Resource resource);
    }

    /** Who must hear of what is applied. */
    @FunctionalInterface
    public interface Notes {

        /** Nobody. */
        Notes NONE = (desk, received) -> false;

        /** Notes it in the desk's transaction; false: it does not, and must be told when that has ended. */
        boolean taken(Desk desk, Received received);
    }

    /** What it hands on to. */
    public record Rooms(Chart chart, Arrivals arrivals, Effects effects, Rules rules) {}

    /**
     * @param zones of facilities, for times that name none
     * @param ids gives ids of new resources, each once
     */
    public Reception(Rooms rooms, Function<String, ZoneId> zones, Supplier<String> ids, InstantSource clock) {
        this.chart = rooms.chart();
        this.arrivals = rooms.arrivals();
        this.effects = rooms.effects();
        this.reader = new Reader(zones, rooms.rules());
        this.filing = new Filing(ids);
        this.clock = clock;
    }

    /** Signals that somebody used the signature before; undoes the transaction. */
    private static final class ReplayedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    public Received take(Delivery delivery, Notes notes) {
        Instant start = clock.instant();
        Source source = delivery.source();
        Envelope envelope = reader.read(source, delivery.facility(), delivery.bytes(), start);
        var name = new Arrivals.Name(
                source.name(),
                delivery.facility(),
                delivery.id().or(envelope::controlId),
                envelope.digest(),
                delivery.signature());
        if (envelope.refusal().isPresent()) {
            return quarantine(delivery, envelope, name, envelope.refusal().get(), start);
        }
        Matter matter = envelope.matter().orElseThrow();
        try {
            // At the bed more tables are asked than the desk knows of, and nobody shall wait for somebody's large
            // Bundle.
            boolean shared = !arrivals.isAgain(name)
                    && matter.movements().isEmpty()
                    && matter.drafts().size() <= MAX_SHARED_DRAFTS;
            BiFunction<Author, Chart.Work<Received>, Received> writing =
                    shared ? (author, work) -> chart.gather(author, Filing.identifiers(matter), work) : chart::write;
            return persist(writing, author(source, delivery.facility()), desk -> {
                Claim claim = arrivals.claim(desk, name, matter.kind(), delivery.bytes(), start);
                return switch (claim) {
                    case Claim.Ours ours ->
                        noted(
                                desk,
                                notes,
                                apply(desk, ours.number(), delivery.facility(), matter, envelope.message(), start));
                    case Claim.Repeated repeated -> again(repeated.before(), envelope.message());
                    case Claim.Replayed replayed -> throw new ReplayedException();
                };
            });
        } catch (ReplayedException e) {
            return refused(Received.REPLAYED, 0, envelope.message(), "", "the signature was used before");
        } catch (RefusedException e) {
            return quarantine(delivery, envelope, name, e, start);
        } catch (ChartException | WebhookException e) {
            return unable(e, envelope.message());
        } catch (RuntimeException e) {
            return quarantine(delivery, envelope, name, unforeseen(e), start);
        }
    }

    private static Received noted(Desk desk, Notes notes, Received received) {
        return notes.taken(desk, received) ? received.withNote() : received;
    }

    /** What nobody foresaw must not lose the message: it waits. */
    private static RefusedException unforeseen(RuntimeException failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        LOG.error(
                "a message could not be applied: {} at {}",
                failure.getClass().getName(),
                trace.length == 0 ? "an unknown place" : trace[0]);
        return new RefusedException(
                Reason.AGAINST_RULES, "message", "must be one that can be applied here; this one waits");
    }

    /** Several that change one resource at once are let in one after the other. */
    private static Received persist(
            BiFunction<Author, Chart.Work<Received>, Received> writing, Author author, Chart.Work<Received> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return writing.apply(author, work);
            } catch (RefusedException e) {
                if (e.reason() != Reason.BUSY || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static Author author(Source source, String facility) {
        return new Author("source " + source.name(), Set.of(facility), Sight.of(Set.of(facility)));
    }

    private Received apply(
            Desk desk, long number, String facility, Matter matter, Optional<Message> message, Instant start) {
        Filed filed = filing.file(desk, matter);
        matter.movements().forEach(movement -> effects.happen(desk, facility, movement, filed));
        String answer = told(number, matter, filed, start);
        arrivals.applied(desk, number, Received.APPLIED, answer, clock.instant());
        return new Received(Received.APPLIED, answer, message, number, false, "", "", false);
    }

    private String told(long number, Matter matter, Filed filed, Instant start) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("arrival", number).put("state", "applied").put("kind", matter.kind());
        for (Done done : Done.values()) {
            ArrayNode keys = answer.putArray(done.name().toLowerCase(java.util.Locale.ROOT));
            filed.all(done).stream().distinct().forEach(key -> keys.add(key.toString()));
        }
        ArrayNode remarks = answer.putArray("remarks");
        matter.remarks()
                .forEach(remark ->
                        remarks.addObject().put("place", remark.place()).put("rule", remark.rule()));
        answer.put("processingMs", Duration.between(start, clock.instant()).toMillis());
        return answer.toString();
    }

    private static Received again(Arrival before, Optional<Message> message) {
        return new Received(before.status(), before.answer(), message, before.number(), true, "", "", false);
    }

    private Received quarantine(
            Delivery delivery, Envelope envelope, Arrivals.Name name, RefusedException refusal, Instant start) {
        int status = status(refusal.reason());
        if (refusal.reason() == Reason.BUSY) {
            return refused(status, 0, envelope.message(), refusal.place(), refusal.rule());
        }
        try {
            var reason = new Arrivals.Reason(refusal.place(), refusal.rule(), status);
            Claim claim = arrivals.quarantine(name, envelope.kind(), delivery.bytes(), reason, start);
            return switch (claim) {
                case Claim.Ours ours -> {
                    LOG.info("arrival {} of {} is quarantined", ours.number(), name.source());
                    yield refused(status, ours.number(), envelope.message(), refusal.place(), refusal.told());
                }
                case Claim.Repeated repeated -> again(repeated.before(), envelope.message());
                case Claim.Replayed replayed ->
                    refused(Received.REPLAYED, 0, envelope.message(), "", "the signature was used before");
            };
        } catch (WebhookException e) {
            return unable(e, envelope.message());
        }
    }

    private static int status(Reason reason) {
        return switch (reason) {
            case UNREADABLE -> Received.UNREADABLE;
            case AGAINST_RULES -> Received.AGAINST_RULES;
            case BUSY -> Received.BUSY;
        };
    }

    private static Received unable(RuntimeException failure, Optional<Message> message) {
        LOG.error("a message could not be stored: {}", failure.getMessage());
        return refused(Received.BUSY, 0, message, "", "the message cannot be stored now, send it again later");
    }

    private static Received refused(int status, long number, Optional<Message> message, String place, String rule) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (number > 0) {
            answer.put("arrival", number).put("state", "quarantined");
        }
        if (!place.isEmpty()) {
            answer.put("place", place);
        }
        answer.put("error", rule);
        return new Received(status, answer.toString(), message, number, false, place, rule, false);
    }

    /** Tries a quarantined arrival again, as its source and mapping are now; empty where there is no such arrival. */
    public Optional<Received> replay(long number, Function<String, Optional<Source>> sources) {
        Optional<Arrival> waiting = arrivals.find(number);
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        Arrival arrival = waiting.get();
        Optional<Source> source = sources.apply(arrival.source());
        if (source.isEmpty()) {
            return Optional.of(refused(
                    Received.AGAINST_RULES, number, Optional.empty(), "source", "must be known to try this again"));
        }
        Instant start = clock.instant();
        Envelope envelope = reader.read(source.get(), arrival.facility(), arrival.bytes(), arrival.arrivedAt());
        try {
            if (envelope.refusal().isPresent()) {
                throw envelope.refusal().get();
            }
            return Optional.of(persist(chart::write, author(source.get(), arrival.facility()), desk -> {
                Arrival now = arrivals.take(desk, number).orElseThrow();
                return now.state() == Arrival.State.APPLIED
                        ? again(now, envelope.message())
                        : apply(
                                desk,
                                number,
                                now.facility(),
                                envelope.matter().orElseThrow(),
                                envelope.message(),
                                start);
            }));
        } catch (ChartException | WebhookException e) {
            return Optional.of(unable(e, envelope.message()));
        } catch (RuntimeException e) {
            RefusedException refusal = e instanceof RefusedException known ? known : unforeseen(e);
            int status = status(refusal.reason());
            arrivals.stillQuarantined(number, new Arrivals.Reason(refusal.place(), refusal.rule(), status), start);
            return Optional.of(refused(status, number, envelope.message(), refusal.place(), refusal.told()));
        }
    }

    /** Forgets what need not be remembered any more. */
    public void tidy() {
        arrivals.forgetSignatures(clock.instant().minus(Gatekeeper.TOLERANCE.multipliedBy(4)));
    }
}
