package org.fieldward.edge.pace;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * When readings may go to the core: for some minutes from each minute that the expression names, by the clock on the wall
 * of that zone. So both ways of writing it do: {@code * 22-23,0-5 * * *} for one minute each, {@code 0 22 * * *} for 480.
 *
 * @param open how long, whole minutes up to a day
 */
public record TransferWindow(Cron cron, ZoneId zone, Duration open) {

    public TransferWindow {
        if (open.compareTo(Duration.ofMinutes(1)) < 0 || open.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("core.transfer-minutes must be 1 to 1440, was " + open.toMinutes());
        }
    }

    public boolean isOpen(Instant now) {
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        for (long ago = 0; ago < open.toMinutes(); ago++) {
            // Counted back in real minutes, so that a changed clock neither shortens nor prolongs what is open.
            if (cron.names(minute.minus(ago, ChronoUnit.MINUTES).atZone(zone).toLocalDateTime())) {
                return true;
            }
        }
        return false;
    }
}
