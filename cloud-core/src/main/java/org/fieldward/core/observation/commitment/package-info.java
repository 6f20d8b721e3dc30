/** Commitments to what is stored, in batches with numbers without holes: what the log is fed with. */
@NullMarked
package org.fieldward.core.observation.commitment;

import org.jspecify.annotations.NullMarked;
