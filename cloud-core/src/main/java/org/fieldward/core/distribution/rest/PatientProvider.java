package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import org.fieldward.core.distribution.search.RegistryPages;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;

/** The registry's patients. */
public final class PatientProvider implements IResourceProvider {

    private final Registry registry;
    private final RegistryPages pages;
    private final ResourceMaker maker;
    private final Bundles bundles;

    PatientProvider(Registry registry, RegistryPages pages, ResourceMaker maker, Bundles bundles) {
        this.registry = registry;
        this.pages = pages;
        this.maker = maker;
        this.bundles = bundles;
    }

    @Override
    public Class<Patient> getResourceType() {
        return Patient.class;
    }

    @Read
    public Patient read(@IdParam IdType id) {
        return registry.patient(id.getIdPart())
                .map(maker::patient)
                .orElseThrow(() -> new ResourceNotFoundException("there is no such Patient"));
    }

    @Search(allowUnknownParams = true)
    public Bundle search(RequestDetails request) {
        SearchLink link = bundles.asked(Searchable.PATIENT, request);
        try {
            var page = pages.patients(link.asked(), link.place(), link.startedAt());
            var patients = page.resources().stream().map(maker::patient).toList();
            return bundles.page(request, link, patients, page.total(), page.next());
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }
}
