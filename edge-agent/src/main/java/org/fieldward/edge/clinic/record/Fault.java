package org.fieldward.edge.clinic.record;

/**
 * What is wrong with an event.
 *
 * @param element where, as a path such as {@code payload.results[0].unit}
 * @param rule what must hold, and what was there where that is short: for the eyes of whoever sent it
 */
public record Fault(String element, String rule) {}
