package org.fieldward.simulator.uplink;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.fieldward.simulator.sample.Secret;

/**
 * Which gateways send what to whom.
 *
 * @param core where the gateways' door of the core is
 * @param devices behind each gateway, see {@link #device}
 * @param maxBatch readings in one batch
 * @param threads that generate
 */
public record UplinkPlan(Core core, List<Admission> admissions, int devices, int maxBatch, int threads, Course course) {

    /** @param authority SHA-256 of the core's CA certificate, 64 hex digits */
    public record Core(String host, int port, String authority) {
        public Core {
            mustBe("port", port, 1, 65_535);
            if (!authority.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("authority must be 64 hex digits, had " + authority.length());
            }
        }
    }

    /** What an operator gave out for one gateway. */
    public record Admission(String gateway, Secret token) {}

    /**
     * How the readings come. Each has six values; devices take turns, and each measures once a second of its own time.
     *
     * @param start device time of the first reading
     * @param rate readings a second over all gateways, sent as soon as a gateway would: at once if no batch is under way,
     *     else after a linger of 50 ms; 0 means as fast as the core confirms
     * @param readings of each gateway, after which it is over; 0: when the time is over
     * @param warmUp not measured
     * @param duration measured, at most
     */
    public record Course(Instant start, long rate, long readings, Duration warmUp, Duration duration) {
        public Course {
            mustBe("rate", rate, 0, 10_000_000);
            mustBe("readings", readings, 0, 10_000_000_000L);
            if (warmUp.isNegative() || duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("duration must be at least a second, was " + duration);
            }
        }

        boolean isOpenLoop() {
            return rate > 0;
        }
    }

    public UplinkPlan {
        admissions = List.copyOf(admissions);
        mustBe("gateways", admissions.size(), 1, 10_000);
        mustBe("devices", devices, 1, 999);
        mustBe("batch", maxBatch, 1, 10_000);
        mustBe("threads", threads, 1, 64);
    }

    /** The name of a gateway's n-th device, counted from 1. */
    public static String device(String gateway, int number) {
        String digits = Integer.toString(number);
        return gateway + "-" + "0".repeat(3 - digits.length()) + digits;
    }

    private static void mustBe(String name, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " must be " + from + " to " + to + ", was " + value);
        }
    }
}
