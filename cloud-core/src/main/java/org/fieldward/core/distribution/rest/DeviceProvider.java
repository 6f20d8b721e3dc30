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
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;

/** The registry's devices, each with the patient it serves now. */
public final class DeviceProvider implements IResourceProvider {

    private final Registry registry;
    private final RegistryPages pages;
    private final ResourceMaker maker;
    private final Bundles bundles;

    DeviceProvider(Registry registry, RegistryPages pages, ResourceMaker maker, Bundles bundles) {
        this.registry = registry;
        this.pages = pages;
        this.maker = maker;
        this.bundles = bundles;
    }

    @Override
    public Class<Device> getResourceType() {
        return Device.class;
    }

    @Read
    public Device read(@IdParam IdType id) {
        var known = registry.devices().stream().map(Registry.Device::id).toList();
        return FhirId.device(id.getIdPart(), known)
                .flatMap(registry::device)
                .map(this::make)
                .orElseThrow(() -> new ResourceNotFoundException("there is no such Device"));
    }

    @Search(allowUnknownParams = true)
    public Bundle search(RequestDetails request) {
        SearchLink link = bundles.asked(Searchable.DEVICE, request);
        try {
            var page = pages.devices(link.asked(), link.place(), link.startedAt());
            var devices = page.resources().stream().map(this::make).toList();
            return bundles.page(request, link, devices, page.total(), page.next());
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    private Device make(Registry.Device device) {
        return maker.device(device, pages.patientOf(device.id(), bundles.now()));
    }
}
