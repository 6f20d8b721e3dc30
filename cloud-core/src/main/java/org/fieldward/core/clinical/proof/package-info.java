/** Puts a commitment to every version of the chart into the log that readings are in, and gives the proof of a version. */
@NullMarked
package org.fieldward.core.clinical.proof;

import org.jspecify.annotations.NullMarked;
