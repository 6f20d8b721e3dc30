package org.fieldward.simulator.patient;

import java.time.Duration;
import java.time.Instant;
import org.fieldward.proto.reading.DeviceId;

/**
 * Everything that decides the readings of one synthetic patient.
 *
 * @param start what the device's clock shows at the first sample
 * @param length no sample at or after this
 */
public record PatientPlan(
        DeviceId device, Scenario scenario, long seed, Instant start, Duration length, Rhythm rhythm) {

    /**
     * When things happen.
     *
     * @param period between two samples
     * @param cuffEvery between two non-invasive blood pressures
     * @param episode how long a scenario takes to unfold, and after which it comes again
     */
    public record Rhythm(Duration period, Duration cuffEvery, Duration episode) {

        public static final Rhythm USUAL =
                new Rhythm(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(10));

        public Rhythm {
            mustBePositive("period", period);
            mustBePositive("cuff-every", cuffEvery);
            mustBePositive("episode", episode);
        }

        private static void mustBePositive(String name, Duration duration) {
            if (!duration.isPositive()) {
                throw new IllegalArgumentException(name + " must be longer than nothing, was " + duration);
            }
        }
    }
}
