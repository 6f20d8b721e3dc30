/** What gateways had to give up or turn away, committed to like a reading. */
@NullMarked
package org.fieldward.core.observation.gap;

import org.jspecify.annotations.NullMarked;
