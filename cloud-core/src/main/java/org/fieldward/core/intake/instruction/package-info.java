/** What the centre has to say to a gateway beside its confirmations. */
@NullMarked
package org.fieldward.core.intake.instruction;

import org.jspecify.annotations.NullMarked;
