package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.DeviceParameters;
import org.fieldward.core.distribution.search.RegistryPages;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.fhir.ResourceMaker.MetricId;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DeviceMetric;
import org.hl7.fhir.r4.model.IdType;

/** What each device measures, as its readings show. */
public final class DeviceMetricProvider implements IResourceProvider {

    private final Registry registry;
    private final DeviceParameters parameters;
    private final RegistryPages pages;
    private final ResourceMaker maker;
    private final Bundles bundles;
    private final Visibility visibility;

    DeviceMetricProvider(
            Registry registry,
            DeviceParameters parameters,
            RegistryPages pages,
            ResourceMaker maker,
            Bundles bundles,
            Visibility visibility) {
        this.registry = registry;
        this.parameters = parameters;
        this.pages = pages;
        this.maker = maker;
        this.bundles = bundles;
        this.visibility = visibility;
    }

    @Override
    public Class<DeviceMetric> getResourceType() {
        return DeviceMetric.class;
    }

    @Read
    public DeviceMetric read(@IdParam IdType id, RequestDetails request) {
        Sight sight = Sights.of(request);
        var known = registry.devices().stream().map(Registry.Device::id).toList();
        return MetricId.parse(id.getIdPart(), known)
                .filter(metric -> visibility.sees(sight, metric.device()))
                .filter(metric -> parameters.of(metric.device()).contains(metric.parameter()))
                .flatMap(this::make)
                .orElseThrow(() -> new ResourceNotFoundException("there is no such DeviceMetric"));
    }

    @Search(allowUnknownParams = true)
    public Bundle search(RequestDetails request) {
        SearchLink link = bundles.asked(Searchable.DEVICE_METRIC, request);
        try {
            Sight sight = Sights.of(request);
            var page = pages.metrics(link.asked(), link.place(), device -> visibility.sees(sight, device));
            var metrics = page.resources().stream()
                    .flatMap(metric -> make(metric).stream())
                    .toList();
            return bundles.page(request, link, metrics, page.total(), page.next());
        } catch (SearchException e) {
            throw Bundles.refused(e);
        }
    }

    private Optional<DeviceMetric> make(MetricId metric) {
        return registry.device(metric.device()).map(device -> maker.metric(device, metric.parameter()));
    }
}
