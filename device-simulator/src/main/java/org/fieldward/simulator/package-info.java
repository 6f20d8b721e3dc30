/** Devices without hardware. */
@NullMarked
package org.fieldward.simulator;

import org.jspecify.annotations.NullMarked;
