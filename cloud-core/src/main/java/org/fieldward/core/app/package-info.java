/** Starts, migrates, wires and stops the core; the only place that reads files, environment and clock. */
@NullMarked
package org.fieldward.core.app;

import org.jspecify.annotations.NullMarked;
