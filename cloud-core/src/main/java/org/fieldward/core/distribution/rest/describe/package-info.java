/** What the API can do, as FHIR and as OpenAPI: written from the tables it works by. */
@NullMarked
package org.fieldward.core.distribution.rest.describe;

import org.jspecify.annotations.NullMarked;
