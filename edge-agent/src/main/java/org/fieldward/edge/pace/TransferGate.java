package org.fieldward.edge.pace;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Whether readings may go now; may be asked with every batch, since the answer holds for a minute. For one thread. */
public final class TransferGate {

    private final Optional<TransferWindow> window;
    private Instant seen = Instant.MIN;
    private boolean open = true;

    /** @param window empty: always */
    public TransferGate(Optional<TransferWindow> window) {
        this.window = window;
    }

    public boolean isOpen(Instant now) {
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        if (!minute.equals(seen)) {
            seen = minute;
            open = window.map(one -> one.isOpen(minute)).orElse(true);
        }
        return open;
    }
}
