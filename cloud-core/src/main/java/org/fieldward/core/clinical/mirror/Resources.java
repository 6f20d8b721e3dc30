package org.fieldward.core.clinical.mirror;

import ca.uhn.fhir.context.FhirContext;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.Resource;

/** Stored versions as resources. Thread-safe. */
public final class Resources {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private Resources() {}

    /** @param version not one that says deleted */
    public static Resource read(Version version) {
        return (Resource) CONTEXT.newJsonParser().parseResource(version.json());
    }

    /** @param version not one that says deleted */
    public static <T extends Resource> T read(Class<T> type, Version version) {
        return CONTEXT.newJsonParser().parseResource(type, version.json());
    }
}
