/** How one device behaves, or misbehaves: what it says next, what it says again. Pure. */
@NullMarked
package org.fieldward.simulator.device;

import org.jspecify.annotations.NullMarked;
