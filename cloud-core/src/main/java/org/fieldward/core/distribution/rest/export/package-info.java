/** Bulk exports (https://hl7.org/fhir/uv/bulkdata/export.html): asked for, made beside everything else, fetched later. */
@NullMarked
package org.fieldward.core.distribution.rest.export;

import org.jspecify.annotations.NullMarked;
