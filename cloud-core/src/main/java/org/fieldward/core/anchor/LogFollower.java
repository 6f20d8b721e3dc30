package org.fieldward.core.anchor;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldward.core.ledger.NoteSigner;

/** Follows the commitments into the log, and signs a checkpoint when it is time and the log grew. */
final class LogFollower {

    /** Bounds the memory and the length of one transaction. */
    private static final int BATCHES_PER_STEP = 64;

    private final SqlLog log;
    private final NoteSigner signer;
    private final Duration interval;
    private final AtomicBoolean urged = new AtomicBoolean();

    LogFollower(SqlLog log, NoteSigner signer, Duration interval) {
        this.log = log;
        this.signer = signer;
        this.interval = interval;
    }

    /** The next step signs what is there by then, whatever the interval says; asking twice before it is asking once. */
    void urge() {
        urged.set(true);
    }

    /** One step; returns whether there may be more to append at once. */
    boolean step(Instant now) {
        // Before the append: what was committed before somebody urged is read by it.
        boolean urgent = urged.getAndSet(false);
        boolean more = true;
        try {
            more = log.advance(BATCHES_PER_STEP) == BATCHES_PER_STEP;
            if (isDue(now) || (urgent && !more)) {
                log.sign(signer, now);
            }
            // What is urgent may still stand behind a backlog.
            urgent &= more;
        } finally {
            if (urgent) {
                urged.set(true);
            }
        }
        return more;
    }

    private boolean isDue(Instant now) {
        return log.newest()
                .map(newest -> !now.isBefore(newest.signedAt().plus(interval))
                        // The clock was put back: waiting for it to catch up could take years.
                        || now.isBefore(newest.signedAt()))
                .orElse(true);
    }
}
