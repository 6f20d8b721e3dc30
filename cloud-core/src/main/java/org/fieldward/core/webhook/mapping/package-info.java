/** Any JSON into FHIR resources, by mappings that are data. */
@NullMarked
package org.fieldward.core.webhook.mapping;

import org.jspecify.annotations.NullMarked;
