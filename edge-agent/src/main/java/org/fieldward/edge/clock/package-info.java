/** Learns how far the clocks of devices are off, and puts right the times of those that are known to be wrong. */
@NullMarked
package org.fieldward.edge.clock;

import org.jspecify.annotations.NullMarked;
