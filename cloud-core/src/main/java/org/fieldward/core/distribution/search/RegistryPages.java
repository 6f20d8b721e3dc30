package org.fieldward.core.distribution.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ResourceMaker.MetricId;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/** Answers searches for what devices measure, page by page, ordered by id. Thread-safe. */
public final class RegistryPages {

    /**
     * @param total of all pages; empty where counting is not cheap
     * @param next the last id on this page, empty on the last page
     */
    public record Page<T>(List<T> resources, Optional<Integer> total, Optional<String> next) {}

    private static final String METRIC_CATEGORY = "http://hl7.org/fhir/metric-category";

    private final Registry registry;
    private final DeviceParameters parameters;

    public RegistryPages(Registry registry, DeviceParameters parameters) {
        this.registry = registry;
        this.parameters = parameters;
    }

    /** @param seen which devices the caller sees */
    public Page<MetricId> metrics(Asked asked, Optional<String> after, Predicate<DeviceId> seen) {
        Optional<Set<String>> sources = References.ids(asked, "Device", "source");
        boolean measurement = Token.meets(asked, "category", List.of(new Code(METRIC_CATEGORY, "measurement")));
        List<DeviceId> devices = !measurement
                ? List.of()
                : registry.devices().stream()
                        .map(Device::id)
                        .filter(seen)
                        .filter(device -> sources.map(ids -> ids.contains(FhirId.ofDevice(device)))
                                .orElse(true))
                        .sorted(Comparator.comparing(FhirId::ofDevice))
                        .toList();
        Optional<MetricId> last = after.flatMap(id -> MetricId.parse(id, devices));
        var found = new ArrayList<MetricId>();
        for (DeviceId device : devices) {
            int place = last.map(metric -> FhirId.ofDevice(device).compareTo(FhirId.ofDevice(metric.device())))
                    .orElse(1);
            // What a device measures has to be looked up, so only for those the page needs.
            if (place < 0 || found.size() > asked.count()) {
                continue;
            }
            for (Parameter parameter : parameters.of(device)) {
                boolean behind = place > 0
                        || parameter.number() > last.orElseThrow().parameter().number();
                var metric = new MetricId(device, parameter);
                if (behind
                        && Token.meets(asked, "type", Terminology.codings(parameter))
                        && Token.meets(asked, "_id", id(metric.toString()))) {
                    found.add(metric);
                }
            }
        }
        boolean more = found.size() > asked.count();
        List<MetricId> served = more ? found.subList(0, asked.count()) : found;
        return new Page<>(
                List.copyOf(served),
                Optional.empty(),
                more ? Optional.of(served.getLast().toString()) : Optional.empty());
    }

    private static List<Code> id(String id) {
        return List.of(new Code("", id));
    }
}
