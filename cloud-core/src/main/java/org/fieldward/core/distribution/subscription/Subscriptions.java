package org.fieldward.core.distribution.subscription;

import ca.uhn.fhir.context.FhirContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.delivery.Reach;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.Receiver;
import org.fieldward.core.distribution.outbox.Registrar;
import org.fieldward.core.distribution.source.ChartSource.Written;
import org.fieldward.core.distribution.source.Contents;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.fieldward.core.distribution.topic.Matcher;
import org.fieldward.core.distribution.topic.Topics;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscriptions as they stand in the chart: checked before they are stored, made receivers once they are, and their status
 * kept true. Thread-safe.
 */
public final class Subscriptions implements Registrar {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
    private static final Author ENGINE = new Author("subscriptions", Set.of(), Sight.EVERYTHING);

    /** What they need of the others. */
    public record Parts(
            Chart chart,
            Topics topics,
            Matcher matcher,
            Contents contents,
            Notifications notifications,
            Reach reach,
            Seal seal,
            Duration patience) {}

    private final Parts parts;

    public Subscriptions(Parts parts) {
        this.parts = parts;
    }

    /**
     * Checks a Subscription that somebody wants to store, and puts into it what they may see. Its status becomes requested
     * unless it is off: active is for the core to say.
     *
     * @throws BadQuestion naming the element and the rule
     */
    public void admit(Subscription subscription, Sight sight) {
        Wish wish = Wish.of(subscription, parts.topics(), parts.matcher());
        if (!wish.isFetched()) {
            parts.reach().objection(wish.endpoint()).ifPresent(rule -> {
                throw new BadQuestion("Subscription.channel.endpoint: " + rule);
            });
        }
        if (subscription.getStatus() != SubscriptionStatus.OFF) {
            subscription.setStatus(SubscriptionStatus.REQUESTED);
            subscription.setErrorElement(null);
        }
        parts.seal().write(subscription, sight);
    }

    /** The receiver of a stored definition. One that is in error for its definition wants nothing. */
    public Receiver receiver(Entry entry) {
        return subscriber(entry);
    }

    Subscriber subscriber(Entry entry) {
        Subscription subscription = parse(entry.definition());
        return new Subscriber(
                entry.name(),
                Wish.of(subscription, parts.topics(), parts.matcher()),
                parts.seal().read(subscription).orElse(Sight.of(Set.of())),
                parts.contents(),
                parts.notifications(),
                parts.patience());
    }

    private static Subscription parse(String json) {
        return FhirContext.forR4Cached().newJsonParser().parseResource(Subscription.class, json);
    }

    @Override
    public boolean hear(Happening happening, Book book) {
        if (!happening.type().equals("Subscription") || !(happening instanceof Written written)) {
            return false;
        }
        Version version = written.version();
        String id = version.key().id();
        Optional<Entry> known = book.find(Kind.SUBSCRIPTION, id);
        if (known.filter(entry -> entry.heeded() >= version.number()).isPresent()) {
            return false;
        }
        if (version.isDeleted()) {
            known.ifPresent(entry -> book.put(
                    Kind.SUBSCRIPTION, id, State.OFF, "it was deleted", entry.definition(), version.number(), true));
            return known.isPresent();
        }
        Subscription subscription = parse(version.json());
        Optional<String> fault = fault(subscription);
        if (fault.isPresent()) {
            if (known.isEmpty()) {
                // There is no definition to go on with: only the resource can say so.
                refuse(version, fault.get());
                return false;
            }
            book.put(
                    Kind.SUBSCRIPTION, id, State.ERROR, fault.get(), known.get().definition(), version.number(), false);
            return true;
        }
        boolean same = known.filter(entry -> isSame(parse(entry.definition()), subscription))
                .isPresent();
        State state = state(subscription.getStatus(), known, same);
        if (known.filter(entry -> entry.state() == state).isPresent() && same) {
            book.heed(known.get(), version.number());
            return true;
        }
        book.put(Kind.SUBSCRIPTION, id, state, "", version.json(), version.number(), true);
        return true;
    }

    /** What the receiver shall be after a version that says this status. */
    private static State state(SubscriptionStatus status, Optional<Entry> known, boolean same) {
        return switch (status) {
            case OFF -> State.OFF;
            // As we say it ourselves; from anybody else it changes nothing.
            case ERROR -> known.map(Entry::state).orElse(State.REQUESTED);
            case ACTIVE, REQUESTED ->
                same
                        ? known.map(Entry::state)
                                .filter(state -> state == State.ACTIVE || state == State.REQUESTED)
                                .orElse(State.REQUESTED)
                        : State.REQUESTED;
            default -> State.REQUESTED;
        };
    }

    private Optional<String> fault(Subscription subscription) {
        if (parts.seal().read(subscription).isEmpty()) {
            return Optional.of("it was not written through the FHIR API, or was changed since");
        }
        try {
            Wish.of(subscription, parts.topics(), parts.matcher());
            return Optional.empty();
        } catch (BadQuestion e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void refuse(Version version, String reason) {
        Subscription subscription = parse(version.json());
        if (subscription.getStatus() != SubscriptionStatus.ERROR
                && subscription.getStatus() != SubscriptionStatus.OFF) {
            write(version, State.ERROR, reason);
        }
    }

    /** But for what the server says itself. */
    private static boolean isSame(Subscription one, Subscription other) {
        return stripped(one).equalsDeep(stripped(other));
    }

    private static Subscription stripped(Subscription subscription) {
        Subscription copy = subscription.copy();
        copy.setId("same");
        copy.setMeta(new Meta());
        copy.setStatus(SubscriptionStatus.REQUESTED);
        copy.setErrorElement(null);
        return copy;
    }

    @Override
    public OptionalLong tell(Entry entry) {
        Optional<Version> newest = parts.chart().read(new Key("Subscription", entry.name()), Sight.EVERYTHING);
        if (newest.isEmpty() || newest.get().isDeleted()) {
            return OptionalLong.of(0);
        }
        if (newest.get().number() > entry.heeded()) {
            // Somebody wrote a newer one, which comes first.
            return OptionalLong.empty();
        }
        return write(newest.get(), entry.state(), entry.reason());
    }

    private OptionalLong write(Version version, State state, String reason) {
        Subscription subscription = parse(version.json());
        subscription.setStatus(SubscriptionStatus.fromCode(state.text()));
        if (reason.isEmpty()) {
            subscription.setErrorElement(null);
        } else {
            subscription.setError(reason);
        }
        Outcome outcome = parts.chart()
                .write(ENGINE, desk -> desk.apply(new Change.Update(subscription, OptionalLong.of(version.version()))));
        return switch (outcome) {
            case Outcome.Updated updated -> number(updated.version());
            case Outcome.Unchanged unchanged -> number(unchanged.version());
            case Outcome.Created created -> number(created.version());
            case Outcome.Deleted deleted -> OptionalLong.empty();
            case Outcome.Missing missing -> OptionalLong.of(0);
            case Outcome.Stale stale -> {
                LOG.info("a Subscription was changed while its status was written");
                yield OptionalLong.empty();
            }
        };
    }

    /** A version's number is known only when its transaction is over. */
    private OptionalLong number(Version written) {
        return parts.chart()
                .read(written.key(), written.version(), Sight.EVERYTHING)
                .map(version -> OptionalLong.of(version.number()))
                .orElseGet(OptionalLong::empty);
    }
}
