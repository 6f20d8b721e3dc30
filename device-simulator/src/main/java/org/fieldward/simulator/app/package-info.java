/** The command line; the only place that reads files of settings, environment and clock. */
@NullMarked
package org.fieldward.simulator.app;

import org.jspecify.annotations.NullMarked;
