package org.fieldward.simulator.app;

import java.time.Duration;
import org.fieldward.simulator.device.Misbehaviour;
import picocli.CommandLine.Option;

/** What devices do wrong; nothing unless asked for. */
final class MisbehaviourOptions {

    @Option(names = "--duplicates", defaultValue = "0", description = "Probability of a second publish.")
    private double duplicates;

    @Option(names = "--out-of-order", defaultValue = "0", description = "Probability that two samples change places.")
    private double outOfOrder;

    @Option(
            names = "--malformed",
            defaultValue = "0",
            description = "Probability of bytes, in addition, that must be refused.")
    private double malformed;

    @Option(names = "--clock-offset", defaultValue = "0s", description = "How wrong the devices' clocks are.")
    private Duration clockOffset = Duration.ZERO;

    @Option(names = "--clock-drift", defaultValue = "0", description = "Seconds they gain per second.")
    private double clockDrift;

    @Option(
            names = "--clock-jumps",
            defaultValue = "0",
            description = "Probability, per sample, of a jump by up to an hour.")
    private double clockJumps;

    @Option(
            names = "--clock-repeats",
            defaultValue = "0",
            description = "Probability, per sample, of an hour that comes again, as at the end of summer time.")
    private double clockRepeats;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The same seed gives the same readings and the same misbehaviour. Default: ${DEFAULT-VALUE}")
    private long seed;

    long seed() {
        return seed;
    }

    Misbehaviour misbehaviour() {
        return new Misbehaviour(duplicates, outOfOrder, malformed, clockOffset, clockDrift, clockJumps, clockRepeats);
    }
}
