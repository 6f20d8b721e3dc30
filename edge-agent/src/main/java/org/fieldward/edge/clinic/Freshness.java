package org.fieldward.edge.clinic;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.fieldward.proto.reading.Parameter;

/** How far a value may still be taken for the patient's present state; the same limits as the central station's. */
public enum Freshness {
    FRESH,
    /** To be greyed. */
    STALE,
    /** No longer to be shown as a number. */
    WITHDRAWN;

    private static final Duration STALE_AFTER = Duration.ofSeconds(15);
    private static final Duration WITHDRAWN_AFTER = Duration.ofSeconds(60);
    private static final Duration SPOT_STALE_AFTER = Duration.ofMinutes(15);
    private static final Duration SPOT_WITHDRAWN_AFTER = Duration.ofMinutes(60);

    /** Measured now and then, not all the time. */
    private static final Set<String> SPOT = Set.of(
            "systolic",
            "diastolic",
            "mean-arterial-pressure",
            "glucose",
            "weight",
            "height",
            "bmi",
            "head-circumference");

    public static Freshness of(Parameter parameter, long ageMillis) {
        boolean spot = isSpot(parameter);
        if (ageMillis >= (spot ? SPOT_WITHDRAWN_AFTER : WITHDRAWN_AFTER).toMillis()) {
            return WITHDRAWN;
        }
        return ageMillis >= (spot ? SPOT_STALE_AFTER : STALE_AFTER).toMillis() ? STALE : FRESH;
    }

    static boolean isSpot(Parameter parameter) {
        return SPOT.contains(parameter.key());
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
