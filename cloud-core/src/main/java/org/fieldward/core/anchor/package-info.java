/** Appends commitments to the log, puts checkpoints on the chain and watches them become final. */
@NullMarked
package org.fieldward.core.anchor;

import org.jspecify.annotations.NullMarked;
