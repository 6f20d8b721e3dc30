package org.fieldward.core.copy;

/**
 * A copy of the chart.
 *
 * @param name in settings, states and cursors; never changes
 */
public record Copy(String name, DocumentStore store, SqlTurn turn) {}
