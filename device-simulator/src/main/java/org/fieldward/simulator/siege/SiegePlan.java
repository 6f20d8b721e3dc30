package org.fieldward.simulator.siege;

import java.time.Duration;
import java.util.List;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.fleet.Gateway;
import org.fieldward.simulator.fleet.Logins;

/**
 * What is besieged, and how.
 *
 * @param gateway its port without TLS
 * @param tlsPort its port with TLS; 0: nobody tries that one
 * @param screen the account that idle and deaf clients share, each with a client id of its own
 * @param only the kinds of trouble to make, by name; empty: all
 */
public record SiegePlan(
        Gateway gateway, int tlsPort, Logins logins, DeviceId screen, Good good, Bad bad, List<String> only) {

    /**
     * The devices that must not notice.
     *
     * @param prefix of their names, which end in a number from 00001 on
     * @param rate publishes per second over all of them
     * @param window publishes one of them may have unacknowledged
     * @param warmUp of each phase, not measured; three times as long before the first
     * @param duration of each phase, measured
     */
    public record Good(String prefix, int devices, long rate, int window, Duration warmUp, Duration duration) {
        public Good {
            mustBe("rate", rate, 1, 1_000_000);
        }
    }

    /**
     * Who besieges.
     *
     * @param idle connections through all phases but the first
     * @param halfOpen connections that begin to say something
     * @param large connections that send a very large CONNECT but for its last byte
     * @param deaf subscribers that never read
     * @param looping clients that send garbage, or guess passwords, and come again at once
     * @param flooders prefix of the devices that publish as fast as they can
     * @param perAddress clients that share a loopback address
     */
    public record Bad(int idle, int halfOpen, int large, int deaf, int looping, String flooders, int perAddress) {
        public Bad {
            mustBe("idle", idle, 0, 50_000);
            mustBe("half-open", halfOpen, 0, 50_000);
            mustBe("large", large, 0, 50_000);
            mustBe("deaf", deaf, 0, 10_000);
            mustBe("looping", looping, 0, 10_000);
            mustBe("per-address", perAddress, 1, 50_000);
            mustBe(
                    "addresses (clients divided by per-address)",
                    Math.max(Math.max(idle, halfOpen), large) / perAddress,
                    0,
                    250);
        }
    }

    private static void mustBe(String name, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " must be " + from + " to " + to + ", was " + value);
        }
    }
}
