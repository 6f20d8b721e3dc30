package org.fieldward.core.distribution.observe;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.search.Times;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Timing;

/** What stored resources say. Thread-safe. */
public final class Json {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private Json() {}

    static Resource resource(Version version) {
        return (Resource) CONTEXT.newJsonParser().parseResource(version.json());
    }

    public static Observation observation(Version version) {
        return CONTEXT.newJsonParser().parseResource(Observation.class, version.json());
    }

    /** When it began to be true; empty where it does not say. */
    public static Optional<Instant> effective(Observation observation) {
        if (!observation.hasEffective()) {
            return Optional.empty();
        }
        BaseDateTimeType time = switch (observation.getEffective()) {
            case DateTimeType at -> at;
            case InstantType at -> at;
            case Period period -> period.hasStart() ? period.getStartElement() : period.getEndElement();
            case Timing timing -> first(timing);
            default -> new DateTimeType();
        };
        return Optional.ofNullable(time.getValueAsString()).flatMap(Times::start);
    }

    private static BaseDateTimeType first(Timing timing) {
        return timing.hasEvent() ? timing.getEvent().getFirst() : new DateTimeType();
    }

    /** The ids of the Observations that a resource refers to by a search parameter of its type. */
    static List<String> observations(Resource resource, String parameter) {
        var search = CONTEXT.getResourceDefinition(resource.fhirType()).getSearchParam(parameter);
        var found = new ArrayList<String>();
        if (search != null) {
            for (String path : search.getPathsSplit()) {
                int where = path.indexOf(".where(");
                String plain = where < 0 ? path : path.substring(0, where);
                if (plain.matches(resource.fhirType() + "(\\.[a-zA-Z]+)+")) {
                    for (IBase value : CONTEXT.newTerser().getValues(resource, plain)) {
                        if (value instanceof Reference reference
                                && "Observation"
                                        .equals(reference.getReferenceElement().getResourceType())) {
                            found.add(reference.getReferenceElement().getIdPart());
                        }
                    }
                }
            }
        }
        return found;
    }
}
