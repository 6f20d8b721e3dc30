package org.fieldward.core.copy;

import org.fieldward.core.copy.document.DocumentStore;

/**
 * A copy of the chart.
 *
 * @param name in settings, states and cursors; never changes
 */
public record Copy(String name, DocumentStore store, SqlTurn turn) {}
