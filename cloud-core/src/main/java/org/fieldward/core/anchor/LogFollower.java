package org.fieldward.core.anchor;

import java.time.Duration;
import java.time.Instant;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.observation.Commitments;

/** Follows the commitments into the log, and signs a checkpoint when it is time and the log grew. */
final class LogFollower {

    /** Bounds the memory and the length of one transaction. */
    private static final int BATCHES_PER_STEP = 64;

    private final Commitments commitments;
    private final SqlLog log;
    private final NoteSigner signer;
    private final Duration interval;

    LogFollower(Commitments commitments, SqlLog log, NoteSigner signer, Duration interval) {
        this.commitments = commitments;
        this.log = log;
        this.signer = signer;
        this.interval = interval;
    }

    /** One step; returns whether there may be more to append at once. */
    boolean step(Instant now) {
        int appended = log.advance(commitments, BATCHES_PER_STEP);
        boolean due = log.newest()
                .map(newest -> !now.isBefore(newest.signedAt().plus(interval))
                        // The clock was put back: waiting for it to catch up could take years.
                        || now.isBefore(newest.signedAt()))
                .orElse(true);
        if (due) {
            log.sign(signer, now);
        }
        return appended == BATCHES_PER_STEP;
    }
}
