package org.fieldward.core.distribution.search;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fieldward.core.fhir.Draft.Code;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.fhir.ResourceMaker.MetricId;
import org.fieldward.core.fhir.Terminology;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/** Answers searches for patients, devices and what devices measure, page by page, ordered by id. Thread-safe. */
public final class RegistryPages {

    /**
     * @param total of all pages; empty where counting is not cheap
     * @param next the last id on this page, empty on the last page
     */
    public record Page<T>(List<T> resources, Optional<Integer> total, Optional<String> next) {}

    private static final String GENDER = "http://hl7.org/fhir/administrative-gender";
    private static final String DEVICE_STATUS = "http://hl7.org/fhir/device-status";
    private static final String METRIC_CATEGORY = "http://hl7.org/fhir/metric-category";

    private final Registry registry;
    private final DeviceParameters parameters;

    public RegistryPages(Registry registry, DeviceParameters parameters) {
        this.registry = registry;
        this.parameters = parameters;
    }

    public Page<Patient> patients(Asked asked, Optional<String> after, Instant now) {
        Times updated = Times.of(asked, "_lastUpdated", now);
        Times born = Times.of(asked, "birthdate", now);
        List<Patient> found = registry.patients().stream()
                .filter(patient -> Token.meets(asked, "_id", id(patient.id())))
                .filter(patient -> updated.contains(patient.updatedAt()))
                .filter(patient -> Token.meets(
                        asked, "identifier", List.of(new Code(ResourceMaker.PATIENT_IDENTIFIER, patient.identifier()))))
                .filter(patient -> begins(asked, "family", List.of(patient.family())))
                .filter(patient -> begins(asked, "given", List.of(patient.given())))
                .filter(patient -> begins(asked, "name", List.of(patient.family(), patient.given())))
                .filter(patient -> Token.meets(asked, "gender", List.of(new Code(GENDER, patient.gender()))))
                .filter(patient -> asked.all("birthdate").isEmpty()
                        || patient.birthDate()
                                .map(day -> born.contains(day.atStartOfDay().toInstant(ZoneOffset.UTC)))
                                .orElse(false))
                .toList();
        return page(asked, found, Patient::id, after);
    }

    public Page<Device> devices(Asked asked, Optional<String> after, Instant now) {
        Times updated = Times.of(asked, "_lastUpdated", now);
        Optional<Set<String>> patients = References.ids(asked, "Patient", "patient");
        List<Device> found = registry.devices().stream()
                .filter(device -> Token.meets(asked, "_id", id(FhirId.ofDevice(device.id()))))
                .filter(device -> updated.contains(device.updatedAt()))
                .filter(device -> Token.meets(
                        asked,
                        "identifier",
                        List.of(new Code(
                                ResourceMaker.DEVICE_IDENTIFIER, device.id().name()))))
                .filter(device -> Token.meets(asked, "status", List.of(new Code(DEVICE_STATUS, "active"))))
                .filter(device -> patients.map(ids -> patientOf(device.id(), now)
                                .filter(ids::contains)
                                .isPresent())
                        .orElse(true))
                .toList();
        return page(asked, found, device -> FhirId.ofDevice(device.id()), after);
    }

    public Page<MetricId> metrics(Asked asked, Optional<String> after) {
        Optional<Set<String>> sources = References.ids(asked, "Device", "source");
        boolean measurement = Token.meets(asked, "category", List.of(new Code(METRIC_CATEGORY, "measurement")));
        List<DeviceId> devices = !measurement
                ? List.of()
                : registry.devices().stream()
                        .map(Device::id)
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

    /** Whom the device serves at this time. */
    public Optional<String> patientOf(DeviceId device, Instant now) {
        return registry.bindings().stream()
                .filter(binding -> binding.device().equals(device) && isOpen(binding, now))
                .map(Binding::patient)
                .findFirst();
    }

    private static boolean isOpen(Binding binding, Instant now) {
        return !binding.from().isAfter(now)
                && binding.until().map(now::isBefore).orElse(true);
    }

    private static List<Code> id(String id) {
        return List.of(new Code("", id));
    }

    /** String search: the beginning, whatever the case. */
    private static boolean begins(Asked asked, String parameter, List<String> texts) {
        return asked.all(parameter).stream()
                .allMatch(alternatives -> alternatives.stream()
                        .anyMatch(value -> texts.stream()
                                .anyMatch(text ->
                                        text.toLowerCase(Locale.ROOT).startsWith(value.toLowerCase(Locale.ROOT)))));
    }

    private static <T> Page<T> page(Asked asked, List<T> found, Function<T, String> id, Optional<String> after) {
        if (asked.countOnly()) {
            return new Page<>(List.of(), Optional.of(found.size()), Optional.empty());
        }
        Comparator<String> order =
                asked.sort().orElse("_id").equals("-_id") ? Comparator.reverseOrder() : Comparator.naturalOrder();
        List<T> behind = found.stream()
                .filter(one -> after.map(last -> order.compare(id.apply(one), last) > 0)
                        .orElse(true))
                .sorted(Comparator.comparing(id, order))
                .limit(asked.count() + 1L)
                .toList();
        boolean more = behind.size() > asked.count();
        List<T> served = more ? behind.subList(0, asked.count()) : behind;
        return new Page<>(
                List.copyOf(served),
                Optional.of(found.size()),
                more ? Optional.of(id.apply(served.getLast())) : Optional.empty());
    }
}
