package org.fieldward.core.distribution.rest.patch;

import org.hl7.fhir.r4.model.Parameters;

/** How a resource is to be changed (https://hl7.org/fhir/R4/http.html#patch). */
public sealed interface Patch {

    /** JSON Patch (RFC 6902). */
    record Json(String text) implements Patch {}

    /** FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html). */
    record Paths(Parameters operations) implements Patch {}
}
