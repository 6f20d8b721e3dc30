/** Accepted readings, their quarantine and their history. */
@NullMarked
package org.fieldward.core.observation;

import org.jspecify.annotations.NullMarked;
