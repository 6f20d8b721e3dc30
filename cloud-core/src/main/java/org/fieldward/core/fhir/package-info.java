/** Makes FHIR resources of stored readings, and judges whether they may be one. */
@NullMarked
package org.fieldward.core.fhir;

import org.jspecify.annotations.NullMarked;
