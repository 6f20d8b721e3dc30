/** Makes FHIR resources of stored readings. */
@NullMarked
package org.fieldward.core.fhir;

import org.jspecify.annotations.NullMarked;
