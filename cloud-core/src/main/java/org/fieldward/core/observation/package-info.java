/** What is said of accepted readings to all who read on; the rooms below know how they are stored and found again. */
@NullMarked
package org.fieldward.core.observation;

import org.jspecify.annotations.NullMarked;
