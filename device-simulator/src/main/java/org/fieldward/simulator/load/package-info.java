/** Measures: as many publishes as a gateway takes, or a fixed rate, and how long each answer took. */
@NullMarked
package org.fieldward.simulator.load;

import org.jspecify.annotations.NullMarked;
