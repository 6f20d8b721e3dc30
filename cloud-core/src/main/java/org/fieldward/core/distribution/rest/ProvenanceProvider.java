package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.RequiredParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.List;
import org.fieldward.core.distribution.observe.Past;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;

/** Why Observations of readings were corrected. */
public final class ProvenanceProvider implements IResourceProvider {

    private final Past past;

    ProvenanceProvider(Past past) {
        this.past = past;
    }

    @Override
    public Class<Provenance> getResourceType() {
        return Provenance.class;
    }

    @Read
    public Provenance read(@IdParam IdType id, RequestDetails request) {
        return past.provenance(id.getIdPart(), Sights.of(request))
                .orElseThrow(() -> new ResourceNotFoundException("there is no such Provenance"));
    }

    @Search
    public List<Provenance> search(
            @RequiredParam(name = Provenance.SP_TARGET) ReferenceParam target, RequestDetails request) {
        return past.provenances(target.getResourceType(), target.getIdPart(), Sights.of(request));
    }
}
