/** HL7 version 2 messages as they are written: reads any version, knows no patient and no FHIR. */
@NullMarked
package org.fieldward.core.webhook.hl7;

import org.jspecify.annotations.NullMarked;
