/** The names of things in FHIR, and the verdict by the rules of vital signs whether a reading may become Observations. */
@NullMarked
package org.fieldward.core.fhir.terminology;

import org.jspecify.annotations.NullMarked;
