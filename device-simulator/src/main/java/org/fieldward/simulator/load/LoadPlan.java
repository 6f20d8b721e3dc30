package org.fieldward.simulator.load;

import java.time.Duration;
import java.time.Instant;
import org.fieldward.simulator.fleet.Gateway;
import org.fieldward.simulator.fleet.Logins;

/**
 * What to measure. Every connection is a device of its own that publishes JSON at QoS 1.
 *
 * @param threads that generate; one is enough for several hundred thousand publishes a second
 * @param window publishes a connection may have unacknowledged
 */
public record LoadPlan(
        Gateway gateway, Logins logins, int connections, int threads, int window, Shape shape, Course course) {

    /**
     * What a publish looks like.
     *
     * @param prefix of the devices' names, which end in a number from 00001 on
     * @param readings per publish; each has its own device time, one millisecond after the one before
     * @param values per reading, 1 to 8
     * @param start device time of each device's first reading
     */
    public record Shape(String prefix, int readings, int values, Instant start) {
        public Shape {
            mustBe("readings-per-publish", readings, 1, 1_000);
            mustBe("values", values, 1, Template.MAX_VALUES);
        }
    }

    /**
     * How the load runs.
     *
     * @param rate publishes per second over all connections; 0 means as many as are acknowledged (closed loop)
     * @param warmUp not measured
     */
    public record Course(long rate, Duration warmUp, Duration duration) {
        public Course {
            mustBe("rate", rate, 0, 100_000_000);
            if (warmUp.isNegative() || duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("duration must be at least a second, was " + duration);
            }
        }

        boolean isOpenLoop() {
            return rate > 0;
        }
    }

    public LoadPlan {
        mustBe("connections", connections, 1, 99_999);
        mustBe("threads", threads, 1, 64);
        mustBe("window", window, 1, 32_768);
        if (gateway.authority().isPresent()) {
            throw new IllegalArgumentException("load speaks plain MQTT only: leave out --ca");
        }
    }

    private static void mustBe(String name, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " must be " + from + " to " + to + ", was " + value);
        }
    }
}
