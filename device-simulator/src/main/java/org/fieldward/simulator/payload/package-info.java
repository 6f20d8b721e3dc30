/** A sample becomes the bytes of a publish, in each format that a gateway takes, or bytes it must refuse. */
@NullMarked
package org.fieldward.simulator.payload;

import org.jspecify.annotations.NullMarked;
