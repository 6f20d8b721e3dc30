package org.fieldward.core.chart.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import ca.uhn.fhir.parser.IParser;
import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;
import org.fieldward.core.chart.Key;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;

/** A resource as the text that is kept of it. Thread-safe, but nobody else may use the resource meanwhile. */
final class Content {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

    private Content() {}

    /** The whole resource under that name and with that version in its meta; what it says itself of these is replaced. */
    static String of(Resource resource, Key key, long version, Instant updatedAt) {
        IdType id = resource.getIdElement();
        Meta meta = resource.getMeta();
        IParser parser = CONTEXT.newJsonParser();
        // As it came: what the parser would leave out by itself may be what somebody relies on.
        parser.setStripVersionsFromReferences(false);
        parser.setOverrideResourceIdWithBundleEntryFullUrl(false);
        // A copy of the whole would cost as much as the writing.
        resource.setIdElement(new IdType(key.id()));
        resource.setMeta(meta.copy()
                .setVersionId(Long.toString(version))
                .setLastUpdatedElement(new InstantType(Date.from(updatedAt), TemporalPrecisionEnum.MILLI, UTC)));
        try {
            return parser.encodeResourceToString(resource);
        } finally {
            resource.setMeta(meta);
            resource.setIdElement(id);
        }
    }
}
