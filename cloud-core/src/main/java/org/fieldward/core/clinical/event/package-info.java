/** What a clinical event says, read from JSON or from a FHIR message, and the resources it is drawn up as. */
@NullMarked
package org.fieldward.core.clinical.event;

import org.jspecify.annotations.NullMarked;
