package org.fieldward.core.copy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.copy.document.CopyException;
import org.fieldward.core.copy.document.Document;
import org.fieldward.core.delivery.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one copy up to the chart's newest version, step by step. Used by one thread; cores that share a database take
 * turns.
 */
public final class Copier {

    private static final Logger LOG = LoggerFactory.getLogger(Copier.class);
    private static final int AT_ONCE = 200;
    /** Others' cores are not heard, only read. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Copy copy;
    private final Chart chart;
    private final States states;
    private final Backoff backoff;
    private final InstantSource clock;
    private int failures;
    private Instant notBefore = Instant.MIN;

    public Copier(Copy copy, Chart chart, States states, Backoff backoff, InstantSource clock) {
        this.copy = copy;
        this.chart = chart;
        this.states = states;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Copies what is next; says how long until it should be called again, zero while there is more. */
    public Duration step() {
        Instant now = clock.instant();
        // A wake-up is no reason to press a store that does not answer.
        if (now.isBefore(notBefore)) {
            return Duration.between(now, notBefore);
        }
        try {
            boolean worked = follow(now);
            if (failures > 0 || worked) {
                if (failures > 0) {
                    LOG.info("the copy {} goes on", copy.name());
                }
                failures = 0;
                states.worked(copy.name(), now);
            }
            return worked ? Duration.ZERO : IDLE;
        } catch (CopyException e) {
            failures++;
            if (failures == 1) {
                LOG.warn("the copy {} waits, it is tried again: {}", copy.name(), e.getMessage());
            }
            Duration pause = backoff.after(failures);
            notBefore = now.plus(pause);
            states.failed(copy.name(), String.valueOf(e.getMessage()), now);
            return pause;
        }
    }

    private boolean follow(Instant now) {
        var worked = new boolean[1];
        copy.turn().take(position -> {
            List<Version> versions = chart.after(position, AT_ONCE);
            if (versions.isEmpty()) {
                return OptionalLong.empty();
            }
            // Of several versions of one resource only the last is of use to a copy.
            var newest = new LinkedHashMap<Key, Document>();
            versions.forEach(version -> newest.put(version.key(), Document.of(version)));
            Set<Key> refused = copy.store().put(List.copyOf(newest.values()));
            states.refused(copy.name(), refused, now);
            worked[0] = true;
            return OptionalLong.of(versions.getLast().number());
        });
        return worked[0];
    }
}
