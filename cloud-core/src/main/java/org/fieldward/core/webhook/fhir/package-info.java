/** FHIR as it comes: a resource, or a Bundle of any kind. */
@NullMarked
package org.fieldward.core.webhook.fhir;

import org.jspecify.annotations.NullMarked;
