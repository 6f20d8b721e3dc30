/** HL7 version 2 messages into FHIR resources. */
@NullMarked
package org.fieldward.core.webhook.translation;

import org.jspecify.annotations.NullMarked;
