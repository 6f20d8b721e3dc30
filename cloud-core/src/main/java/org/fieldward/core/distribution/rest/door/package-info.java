/** Where a FHIR request comes in by HTTP and its answer goes out, and which room answers it. */
@NullMarked
package org.fieldward.core.distribution.rest.door;

import org.jspecify.annotations.NullMarked;
