package org.fieldward.simulator.siege;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fieldward.simulator.load.LoadResult;

/** What the good devices noticed, phase by phase; the first is without any bad client. */
public record SiegeResult(List<Phase> phases) {

    /** A ratio below this much more time is noise of the machine. */
    private static final double NOISE_MILLIS = 5;

    private static final double WORST_RATIO = 2;

    /** Publishes that are due at the end of a phase are not answered yet. */
    private static final double LEAST_SHARE = 0.99;

    /**
     * What one kind of bad clients did and met.
     *
     * @param opened TCP connections that came about, also again
     * @param refused logins
     * @param failed TCP connections that did not come about
     * @param sentAway connections that the gateway closed
     * @param longestSeconds that a connection lasted until then
     */
    public record Attack(
            String kind,
            int clients,
            long opened,
            long welcomed,
            long refused,
            long failed,
            long sentAway,
            double longestSeconds,
            double megabytesSent) {}

    /**
     * One phase.
     *
     * @param idleLost idle clients that lost their connection during it
     */
    public record Phase(String name, LoadResult good, List<Attack> attacks, long idleLost) {
        public Phase {
            attacks = List.copyOf(attacks);
        }

        public double ackedPerSecond() {
            return good.acked() / good.setting().seconds();
        }
    }

    public SiegeResult {
        phases = List.copyOf(phases);
    }

    /** A phase's p99 over that of the first one. */
    public double ratio(Phase phase) {
        return phase.good().latency().p99() / phases.getFirst().good().latency().p99();
    }

    /** What a good device or an idle one noticed; empty if all is well. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Phase phase : phases) {
            double more = phase.good().latency().p99()
                    - phases.getFirst().good().latency().p99();
            long due = phase.good().setting().ratePerSecond();
            if (ratio(phase) > WORST_RATIO && more > NOISE_MILLIS) {
                faults.add(text("%s: p99 is %.1f times the first phase's", phase.name(), ratio(phase)));
            }
            if (phase.ackedPerSecond() < due * LEAST_SHARE) {
                faults.add(
                        text("%s: %.0f of %d a second were acknowledged", phase.name(), phase.ackedPerSecond(), due));
            }
            if (phase.good().lostConnections() > 0) {
                faults.add(text(
                        "%s: %d good devices lost their connection",
                        phase.name(), phase.good().lostConnections()));
            }
            if (phase.idleLost() > 0) {
                faults.add(text("%s: %d idle clients lost their connection", phase.name(), phase.idleLost()));
            }
        }
        return faults;
    }

    private static String text(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
