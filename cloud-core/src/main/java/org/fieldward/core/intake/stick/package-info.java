/** The door for what comes on a stick: the same rules and the same journal as behind the link. */
@NullMarked
package org.fieldward.core.intake.stick;

import org.jspecify.annotations.NullMarked;
