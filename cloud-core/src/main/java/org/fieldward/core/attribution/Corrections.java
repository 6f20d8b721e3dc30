package org.fieldward.core.attribution;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Puts right when the records of one batch arrived at their gateway, where its clock was not set then: its monotonic clock
 * ran all the same, and the core knows what that said at an instant of its own. Right to the drift of a crystal, at most a
 * ten-thousandth of the time between. Pure but for the lookup. Not thread-safe.
 */
final class Corrections {

    /** A gateway that says it ran for longer is not believed. */
    private static final Duration LONGEST_BOOT = Duration.ofDays(20 * 365);

    /** Asks what is known of one boot of one gateway. */
    @FunctionalInterface
    interface Lookup {
        Optional<Coincidence> of(String gateway, long boot);
    }

    private final String gateway;
    private final Lookup lookup;
    private @Nullable Long askedBoot;
    private Optional<Coincidence> answer = Optional.empty();

    Corrections(String gateway, Lookup lookup) {
        this.gateway = gateway;
        this.lookup = lookup;
    }

    /** The true time of arrival; as it was stamped if that was right, or if nothing is known. */
    Instant arrival(Stamp stamp) {
        if (stamp.clock() == ClockState.SYNCHRONISED) {
            return stamp.receivedAt();
        }
        Optional<Coincidence> known =
                of(stamp.boot()).filter(one -> isTick(one.tickMillis()) && isTick(stamp.tickMillis()));
        if (known.isEmpty()) {
            return stamp.receivedAt();
        }
        return known.get().agrees(stamp.receivedAt(), stamp.tickMillis())
                ? stamp.receivedAt()
                : distinct(known.get().at(stamp.tickMillis()), stamp.receivedAt());
    }

    private static boolean isTick(long millis) {
        return millis >= 0 && millis <= LONGEST_BOOT.toMillis();
    }

    /** The microseconds of the stamp keep apart what came within one millisecond. */
    private static Instant distinct(Instant expected, Instant stamped) {
        return expected.truncatedTo(ChronoUnit.MILLIS).plusNanos(stamped.getNano() % 1_000_000);
    }

    private Optional<Coincidence> of(long boot) {
        if (askedBoot == null || askedBoot != boot) {
            answer = lookup.of(gateway, boot);
            askedBoot = boot;
        }
        return answer;
    }
}
