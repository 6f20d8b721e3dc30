/** Data types, codes and times of HL7 version 2, and what FHIR has for them. */
@NullMarked
package org.fieldward.core.webhook.wording;

import org.jspecify.annotations.NullMarked;
