/** Device and FHIR mapping files of Microsoft's MedTech service and IoMT FHIR connector, run as they are. */
@NullMarked
package org.fieldward.edge.decode.medtech;

import org.jspecify.annotations.NullMarked;
