package org.fieldward.core.distribution.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.WaveformKind;

/**
 * A search for Observations in the words of readings.
 *
 * @param asked kept for what only a single reading can answer
 * @param patients empty for all
 * @param devices empty for all
 * @param observed parameters, panels instead of their components, and kinds of waveforms
 * @param named the only Observations that it can be, empty for any
 * @param filter what only a reading can answer
 */
public record ObservationSearch(
        Asked asked,
        Optional<Set<String>> patients,
        Optional<Set<DeviceId>> devices,
        Set<Coded> observed,
        Times times,
        Optional<Set<ObservationId>> named,
        ReadingFilter filter) {

    private static final String STATUS = "http://hl7.org/fhir/observation-status";
    private static final Times NEVER = new Times(List.of());

    /**
     * @param known the devices that there are
     * @param now what an approximate date is measured from
     */
    public static ObservationSearch of(Asked asked, List<DeviceId> known, Instant now) {
        return of(asked, known, now, Linked.NONE);
    }

    /** @param linked what the search meets through references */
    public static ObservationSearch of(Asked asked, List<DeviceId> known, Instant now, Linked linked) {
        Optional<Set<DeviceId>> devices = both(References.ids(asked, "Device", "device"), linked.devices())
                .map(ids -> ids.stream()
                        .flatMap(id -> FhirId.device(id, known).stream())
                        .collect(Collectors.toSet()));
        Set<Coded> observed = observable()
                .filter(parameter -> Token.meets(asked, "code", Terminology.codings(parameter)))
                .filter(parameter -> Token.meets(asked, "category", List.of(Terminology.category(parameter))))
                .filter(parameter -> Token.meets(asked, "component-code", componentCodings(parameter)))
                .filter(parameter -> Token.meets(asked, "combo-code", comboCodings(parameter)))
                .filter(parameter -> Token.avoids(asked, "code", Terminology.codings(parameter)))
                .filter(parameter -> Token.avoids(asked, "category", List.of(Terminology.category(parameter))))
                .collect(Collectors.toSet());
        List<Code> status = List.of(new Code(STATUS, "final"));
        boolean isFinal = Token.meets(asked, "status", status) && Token.avoids(asked, "status", status);
        var filter = ReadingFilter.of(asked, now);
        return new ObservationSearch(
                asked,
                both(References.ids(asked, "Patient", "patient", "subject"), linked.patients()),
                devices,
                observed,
                isFinal && !filter.never() && !linked.never() ? Times.of(asked, "date", now) : NEVER,
                both(
                        named(asked, known),
                        linked.observations()
                                .map(ids -> ids.stream()
                                        .flatMap(id -> ObservationId.parse(id, known).stream())
                                        .collect(Collectors.toSet()))),
                filter);
    }

    /**
     * Ids that the search is narrowed to by what it says of other resources; each empty for any.
     *
     * @param never nothing made of a reading has such a reference
     */
    public record Linked(
            Optional<Set<String>> patients,
            Optional<Set<String>> devices,
            Optional<Set<String>> observations,
            boolean never) {
        public static final Linked NONE = new Linked(Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    private static <T> Optional<Set<T>> both(Optional<Set<T>> one, Optional<Set<T>> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        var common = new LinkedHashSet<>(one.get());
        common.retainAll(other.get());
        return Optional.of(common);
    }

    private static Stream<Coded> observable() {
        return Stream.concat(
                Catalogue.standard().all().stream()
                        .filter(parameter -> parameter.panel().isEmpty()),
                Catalogue.standard().waveforms().stream());
    }

    /** The same of one of what can be observed, and of one patient, alone. */
    public ObservationSearch only(Coded one, String patient) {
        return new ObservationSearch(asked, Optional.of(Set.of(patient)), devices, Set.of(one), times, named, filter);
    }

    /** Whether it says by code or category what it asks for. */
    public boolean isNarrowed() {
        return asked.values().keySet().stream()
                .anyMatch(name -> name.startsWith("code") || name.startsWith("category"));
    }

    public boolean newestFirst() {
        return asked.sort().orElse("-date").equals("-date");
    }

    /** What a reading must have at least one of; if there is none, no reading is asked for. */
    public Set<Parameter> measured() {
        var measured = new LinkedHashSet<Parameter>();
        for (Coded coded : observed) {
            if (coded instanceof Parameter parameter) {
                measured.addAll(parameter.isPanel() ? Terminology.components(parameter) : List.of(parameter));
            }
        }
        return measured;
    }

    /** The kinds of waveforms that are asked for. */
    public Set<WaveformKind> waveforms() {
        return observed.stream()
                .filter(WaveformKind.class::isInstance)
                .map(WaveformKind.class::cast)
                .collect(Collectors.toSet());
    }

    /** Whether readings must be looked at one by one, so that many may be passed over for a page. */
    boolean isFiltered() {
        return !filter.isEmpty();
    }

    /** A bit for each parameter that gives one of the Observations, by Observation; empty where that does not tell all. */
    public Optional<List<Long>> groups() {
        boolean all = filter.isEmpty()
                && named.isEmpty()
                && asked.all("component-code").isEmpty()
                && asked.all("combo-code").isEmpty();
        return all
                ? Optional.of(observed.stream()
                        .map(ReadingFilter::bits)
                        .filter(bits -> bits != 0)
                        .sorted()
                        .toList())
                : Optional.empty();
    }

    /** Whether this Observation of this reading is asked for. */
    boolean matches(Observed one, Coded parameter) {
        StoredReading reading = one.record();
        Instant measuredAt = Micros.instant(reading.getMeasuredMicros());
        return observed.contains(parameter)
                && patients.map(ids -> ids.contains(reading.getPatient())).orElse(true)
                && devices.map(ids -> ids.contains(new DeviceId(reading.getDevice())))
                        .orElse(true)
                && times.contains(measuredAt)
                && isIdentified(reading, parameter)
                && hasComponents(reading, parameter)
                && filter.matches(one, parameter);
    }

    private boolean isIdentified(StoredReading reading, Coded parameter) {
        if (asked.all("identifier").isEmpty()) {
            return true;
        }
        String identifier = ObservationMaker.identifier(reading, parameter);
        return Token.meets(asked, "identifier", List.of(new Code(ObservationMaker.IDENTIFIER, identifier)));
    }

    private boolean hasComponents(StoredReading reading, Coded panel) {
        if (asked.all("component-code").isEmpty() && asked.all("combo-code").isEmpty()) {
            return true;
        }
        var components = new ArrayList<Code>();
        for (Parameter component : components(panel)) {
            if (Terminology.isDemanded(component) || reading.getParameterList().contains(component.number())) {
                components.addAll(Terminology.codings(component));
            }
        }
        var combo = new ArrayList<>(components);
        combo.addAll(Terminology.codings(panel));
        return Token.meets(asked, "component-code", components) && Token.meets(asked, "combo-code", combo);
    }

    private static List<Parameter> components(Coded observed) {
        return switch (observed) {
            case Parameter panel -> Terminology.components(panel);
            case WaveformKind kind -> List.of();
        };
    }

    private static List<Code> componentCodings(Coded panel) {
        return components(panel).stream()
                .flatMap(component -> Terminology.codings(component).stream())
                .toList();
    }

    private static List<Code> comboCodings(Coded parameter) {
        var combo = new ArrayList<>(componentCodings(parameter));
        combo.addAll(Terminology.codings(parameter));
        return combo;
    }

    private static Optional<Set<ObservationId>> named(Asked asked, List<DeviceId> known) {
        Optional<Set<ObservationId>> named = Optional.empty();
        for (List<String> alternatives : asked.all("_id")) {
            named = narrowed(
                    named,
                    alternatives.stream()
                            .flatMap(id -> ObservationId.parse(id, known).stream())
                            .collect(Collectors.toSet()));
        }
        for (List<String> alternatives : asked.all("identifier")) {
            var found = new LinkedHashSet<ObservationId>();
            for (String value : alternatives) {
                Token.of("identifier", value).code().ifPresent(code -> found.addAll(identified(code, known)));
            }
            named = narrowed(named, found);
        }
        return named;
    }

    private static Optional<Set<ObservationId>> narrowed(
            Optional<Set<ObservationId>> before, Set<ObservationId> found) {
        before.ifPresent(found::retainAll);
        return Optional.of(found);
    }

    /** A hyphen parts an identifier and may stand in every part of it, so that several devices may be meant. */
    private static List<ObservationId> identified(String identifier, List<DeviceId> known) {
        var found = new ArrayList<ObservationId>();
        Optional<Instant> time = ObservationMaker.identifierTime(identifier);
        if (time.isEmpty()) {
            return found;
        }
        long micros = Micros.of(time.get());
        for (Coded parameter : observable().toList()) {
            if (!identifier.endsWith(ObservationMaker.identifierEnd(parameter, time.get()))) {
                continue;
            }
            for (DeviceId device : known) {
                if (identifier.startsWith(device.name() + "-")) {
                    found.add(new ObservationId(device, micros, parameter));
                }
            }
        }
        return found;
    }
}
