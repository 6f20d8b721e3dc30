/** The Merkle log: checkpoints and proofs. JDK only. */
@NullMarked
package org.fieldward.core.ledger;

import org.jspecify.annotations.NullMarked;
