package org.fieldward.simulator.core;

import java.time.Instant;
import java.util.Optional;

/** From an instant, included, until another, excluded; empty is unbounded. */
public record TimeSpan(Optional<Instant> from, Optional<Instant> until) {

    public static final TimeSpan ALWAYS = new TimeSpan(Optional.empty(), Optional.empty());

    public boolean contains(Instant time) {
        return from.filter(time::isBefore).isEmpty()
                && until.filter(end -> !time.isBefore(end)).isEmpty();
    }
}
