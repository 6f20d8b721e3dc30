/** Who lay in which bed from when to when, as it was told in any order, and what that means for the devices there. */
@NullMarked
package org.fieldward.core.clinical.stay;

import org.jspecify.annotations.NullMarked;
