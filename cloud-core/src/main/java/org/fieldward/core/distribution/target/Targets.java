package org.fieldward.core.distribution.target;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.fieldward.core.access.Sight;
import org.fieldward.core.delivery.Reach;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.Receiver;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.seal.Envelope;
import org.fieldward.core.distribution.source.Contents;
import org.fieldward.core.distribution.target.Target.Secret;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.fieldward.core.distribution.topic.Interest;
import org.fieldward.core.distribution.topic.Matcher;
import org.fieldward.core.distribution.topic.Query;
import org.fieldward.core.distribution.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The targets that administrators added. Thread-safe. */
public final class Targets {

    private static final Logger LOG = LoggerFactory.getLogger(Targets.class);
    private static final int MOST_QUESTIONS = 50;
    private static final int MOST_AT_ONCE = 1_000;

    /** What they need of the others. */
    public record Parts(
            SqlReceivers receivers,
            SqlEvents events,
            Topics topics,
            Matcher matcher,
            Contents contents,
            Reach reach,
            Envelope envelope,
            Duration patience,
            int maxReceivers) {}

    /** A new secret is shown once, to who asked for it. */
    record Added(Entry entry, String secret) {}

    private final Parts parts;
    private final Secrets secrets;
    private final RandomGenerator random;
    private final InstantSource clock;

    /**
     * Seals secrets that are not.
     *
     * @param random makes secrets, so it must not be guessable
     */
    public Targets(Parts parts, RandomGenerator random, InstantSource clock) {
        this.parts = parts;
        secrets = new Secrets(parts.envelope());
        secrets.sealPlain(parts.receivers());
        this.random = random;
        this.clock = clock;
    }

    /** The receiver of a stored target. */
    public Receiver receiver(Entry entry) {
        Target target = Target.parse(entry.definition());
        if (isMute(entry)) {
            LOG.error("{} is told nothing, and its events wait: its secret was sealed with another secrets.key", entry);
        }
        return new Targeted(entry.name(), target, secrets, interests(target), parts.contents(), parts.patience());
    }

    private List<Interest> interests(Target target) {
        var interests = new ArrayList<Interest>();
        for (String url : target.topics()) {
            interests.add(Interest.of(
                    parts.topics().find(url).orElseThrow(() -> new BadQuestion("topics must be such as there are")),
                    List.of(),
                    parts.matcher()));
        }
        for (String criteria : target.criteria()) {
            interests.add(Interest.of(Query.parse(criteria), parts.matcher()));
        }
        return interests;
    }

    private Target checked(Target target) {
        parts.reach().objection(target.url()).ifPresent(rule -> {
            throw new BadQuestion("url: " + rule);
        });
        int questions = target.topics().size() + target.criteria().size();
        if (questions < 1 || questions > MOST_QUESTIONS) {
            throw new BadQuestion("topics and criteria must be 1 to " + MOST_QUESTIONS + " together");
        }
        interests(target);
        return target;
    }

    List<Entry> all() {
        return parts.receivers().all(Optional.of(Kind.TARGET)).stream()
                .filter(entry -> entry.state() != State.OFF || !isRemoved(entry))
                .toList();
    }

    private static boolean isRemoved(Entry entry) {
        return Target.parse(entry.definition()).secrets().isEmpty();
    }

    Optional<Entry> find(String name) {
        return parts.receivers().find(Kind.TARGET, name).filter(entry -> !isRemoved(entry));
    }

    /** @param secret empty: one is made */
    Added add(Target target, Optional<String> secret) {
        if (secret.filter(text -> !Signature.isSecret(text)).isPresent()) {
            throw new BadQuestion("secret must be whsec_ and base64 of 24 to 64 bytes");
        }
        if (parts.receivers().all(Optional.empty()).size() >= parts.maxReceivers()) {
            throw new BadQuestion("there are as many receivers as subscription.max allows");
        }
        String made = secret.orElseGet(() -> Signature.newSecret(random));
        checked(target);
        // The secret is sealed for the name, so that is known first.
        String name = parts.receivers()
                .add(
                        Kind.TARGET,
                        State.ACTIVE,
                        free -> with(target, List.of(secrets.seal(free, made))).text());
        return new Added(find(name).orElseThrow(), made);
    }

    private static Target with(Target target, List<Secret> secrets) {
        return new Target(target.url(), target.topics(), target.criteria(), target.full(), secrets, target.sight());
    }

    /** Keeps its secrets. */
    Entry change(Entry entry, Target target, boolean active) {
        Target old = Target.parse(entry.definition());
        Target whole = checked(with(target, old.secrets()));
        parts.receivers().put(Kind.TARGET, entry.name(), active ? State.ACTIVE : State.OFF, whole.text());
        return find(entry.name()).orElseThrow();
    }

    /** Its events are kept as long as others are, its secrets are forgotten at once. */
    void remove(Entry entry) {
        Target old = Target.parse(entry.definition());
        parts.receivers()
                .put(Kind.TARGET, entry.name(), State.OFF, with(old, List.of()).text());
    }

    /** Signs with a new secret from now on, and with the last one too for a while. */
    String rotate(Entry entry, Duration overlap) {
        Target old = Target.parse(entry.definition());
        String made = Signature.newSecret(random);
        var kept = new ArrayList<Secret>();
        kept.add(secrets.seal(entry.name(), made));
        kept.addAll(secrets.fading(entry.name(), old, clock.instant().plus(overlap)));
        parts.receivers()
                .put(Kind.TARGET, entry.name(), entry.state(), with(old, kept).text());
        return made;
    }

    List<Event> dead(Entry entry, long after, int limit) {
        return parts.events().between(entry.number(), after + 1, Long.MAX_VALUE, limit, true);
    }

    /** How many will be told again; at most a thousand at once. */
    int replay(Entry entry, long from, long until) {
        return parts.events().replay(entry.number(), from, until, MOST_AT_ONCE, clock.instant());
    }

    long waiting(Entry entry) {
        return parts.events().waitingFor(entry.number());
    }

    boolean isFailing(Entry entry) {
        return isMute(entry) || parts.events().isFailing(entry.number());
    }

    /** Its messages cannot be signed, for want of the key that its secret was sealed with. */
    private boolean isMute(Entry entry) {
        return !secrets.open(entry.name(), Target.parse(entry.definition()));
    }

    static Sight sightOf(Entry entry) {
        return Target.parse(entry.definition()).sight();
    }
}
