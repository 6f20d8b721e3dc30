package org.fieldward.core.distribution.live;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Territory;

/**
 * What one client asked for, and who it is: asked anew while it listens, since what they may see changes, and they may sign
 * out. Used by one thread.
 */
final class Listening {

    /** How long who signed out, or was removed, may hear on. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    /**
     * What a client asks for.
     *
     * @param patients ids; empty: of all
     * @param types {@code reading}, {@code alarm}, or types of resources; empty: all
     * @param withContent whether a resource is told with its content
     */
    record Wish(Set<String> patients, Set<String> types, boolean withContent) {
        Wish {
            patients = Set.copyOf(patients);
            types = Set.copyOf(types);
        }
    }

    private final Wish wish;
    private final Territory territory;
    private final InstantSource clock;
    private final Supplier<Optional<Caller>> who;
    private Caller caller;
    private Instant lookAt;

    Listening(Wish wish, Caller caller, Supplier<Optional<Caller>> who, Territory territory, InstantSource clock) {
        this.wish = wish;
        this.caller = caller;
        this.who = who;
        this.territory = territory;
        this.clock = clock;
        lookAt = clock.instant().plus(LOOK);
    }

    /** Whether the client may hear more. */
    boolean isStillAllowed() {
        if (clock.instant().isBefore(lookAt)) {
            return true;
        }
        lookAt = clock.instant().plus(LOOK);
        Optional<Caller> now = who.get();
        now.ifPresent(known -> caller = known);
        return now.isPresent();
    }

    boolean wants(Event event) {
        return (wish.types().isEmpty() || wish.types().contains(event.type()))
                && (wish.patients().isEmpty() || event.patients().stream().anyMatch(wish.patients()::contains))
                && event.isSeenBy(caller, territory);
    }

    /** One line of JSON. */
    String data(Event event) {
        return event.data(caller, wish.withContent(), clock.instant());
    }
}
