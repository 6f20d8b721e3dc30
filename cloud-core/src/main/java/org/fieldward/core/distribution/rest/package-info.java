/** The FHIR R4 API: HAPI's server in front of the pages that {@code search} makes. */
@NullMarked
package org.fieldward.core.distribution.rest;

import org.jspecify.annotations.NullMarked;
