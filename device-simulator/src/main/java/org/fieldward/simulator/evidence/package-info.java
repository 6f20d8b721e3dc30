/** Keeps what was sent and what was acknowledged, so that it survives the simulator being killed. */
@NullMarked
package org.fieldward.simulator.evidence;

import org.jspecify.annotations.NullMarked;
