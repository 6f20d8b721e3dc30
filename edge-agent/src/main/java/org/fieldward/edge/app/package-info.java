/** Starts, wires and stops the agent; the only place that reads files, environment and clock. */
@NullMarked
package org.fieldward.edge.app;

import org.jspecify.annotations.NullMarked;
