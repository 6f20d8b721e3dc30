/** How much is stored, counted by device, patient and quarter of an hour in the transaction that stores it. */
@NullMarked
package org.fieldward.core.observation.tally;

import org.jspecify.annotations.NullMarked;
