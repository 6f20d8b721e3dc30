package org.fieldward.simulator.sample;

import java.time.Duration;

/** A sample and when to send it, counted from the start of the run; zero means as soon as the gateway takes it. */
public record TimedSample(Duration due, Sample sample) {}
