package org.fieldward.core.distribution.rest.door;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.fieldward.core.distribution.entry.Trail;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** Tells the audit whose data an answer holds. */
public final class Concerned {

    /** Of a page; more would make an entry of the audit larger than what it is about. */
    private static final int MAX_PATIENTS = 200;

    private static final List<String> NAMES = List.of("subject", "patient", "beneficiary", "for", "individual");

    private Concerned() {}

    public static void note(HttpServletRequest request, IBaseResource answer) {
        var patients = new LinkedHashSet<String>();
        if (answer instanceof Resource resource) {
            collect(resource, patients);
        }
        patients.forEach(patient -> Trail.concerns(request, patient));
    }

    private static void collect(Resource resource, Set<String> patients) {
        if (patients.size() >= MAX_PATIENTS) {
            return;
        }
        if (resource instanceof Bundle bundle) {
            bundle.getEntry().stream()
                    .filter(Bundle.BundleEntryComponent::hasResource)
                    .forEach(entry -> collect(entry.getResource(), patients));
        } else if (resource instanceof Patient) {
            patients.add(resource.getIdElement().getIdPart());
        } else {
            for (String name : NAMES) {
                Property property = resource.getNamedProperty(name);
                if (property != null) {
                    property.getValues().forEach(value -> add(value, patients));
                }
            }
        }
    }

    private static void add(Base value, Set<String> patients) {
        if (value instanceof Reference reference
                && "Patient".equals(reference.getReferenceElement().getResourceType())) {
            patients.add(reference.getReferenceElement().getIdPart());
        }
    }
}
