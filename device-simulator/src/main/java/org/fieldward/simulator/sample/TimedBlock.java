package org.fieldward.simulator.sample;

import java.time.Duration;

/** A block and when it is due, counted from the start of the run. */
public record TimedBlock(Duration due, Block block) {}
