package org.fieldward.edge.clinic;

import java.time.Instant;

/**
 * This moment by both clocks of the gateway.
 *
 * @param tickMillis comparable with the ticks of this boot's stamps; ages are counted by it, for the wall clock may be set
 */
public record Now(Instant at, long tickMillis) {}
