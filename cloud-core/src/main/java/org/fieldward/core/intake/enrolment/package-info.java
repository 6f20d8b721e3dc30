/** How a gateway comes to its certificate, and the authority that signs it. */
@NullMarked
package org.fieldward.core.intake.enrolment;

import org.jspecify.annotations.NullMarked;
