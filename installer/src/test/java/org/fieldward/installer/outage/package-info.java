/** A ward that was offline for a day comes back; run by hand. */
@NullMarked
package org.fieldward.installer.outage;

import org.jspecify.annotations.NullMarked;
