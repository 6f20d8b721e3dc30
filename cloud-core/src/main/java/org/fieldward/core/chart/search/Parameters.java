package org.fieldward.core.chart.search;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.search.Parameter.Kind;

/** The search parameters of one type, out of R4's definitions. */
public final class Parameters {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final Map<String, Parameters> TYPES = new ConcurrentHashMap<>();
    private static final Pattern OF_TYPE = Pattern.compile("(.+)\\.where\\(resolve\\(\\) is (\\w+)\\)");

    /** One is what another sounds like, one is where something is, and two are about what is inside a bundle. */
    private static final Set<String> LEFT_OUT = Set.of(
            "Patient.phonetic",
            "Practitioner.phonetic",
            "Organization.phonetic",
            "Location.near",
            "Bundle.composition",
            "Bundle.message");

    /** Parameters that look at what several others have (https://hl7.org/fhir/R4/observation.html#search). */
    private static final Map<String, List<String>> UNIONS = Map.of(
            "Observation.combo-code", List.of("code", "component-code"),
            "Observation.combo-value-quantity", List.of("value-quantity", "component-value-quantity"),
            "Observation.combo-value-concept", List.of("value-concept", "component-value-concept"),
            "Observation.combo-code-value-quantity", List.of("code-value-quantity", "component-code-value-quantity"),
            "Observation.combo-code-value-concept", List.of("code-value-concept", "component-code-value-concept"));

    /**
     * How values are found in a resource.
     *
     * @param name under which they are kept
     * @param pair for a composite: both halves, from the element that the paths lead to
     */
    record Source(String name, Kind kind, List<Path> paths, Optional<Halves> pair) {}

    record Halves(Half first, Half second) {}

    record Half(Kind kind, List<Path> paths) {}

    private static final Map<String, Halves> COMPOSITES = Map.of(
            "Observation.code-value-concept", halves(Kind.TOKEN, "code", Kind.TOKEN, "value.as(CodeableConcept)"),
            "Observation.code-value-quantity", halves(Kind.TOKEN, "code", Kind.QUANTITY, "value.as(Quantity)"),
            "Observation.code-value-string", halves(Kind.TOKEN, "code", Kind.STRING, "value.as(string)"),
            "Observation.code-value-date",
                    halves(Kind.TOKEN, "code", Kind.DATE, "value.as(dateTime)", "value.as(Period)"),
            "Observation.component-code-value-concept",
                    halves(Kind.TOKEN, "code", Kind.TOKEN, "value.as(CodeableConcept)"),
            "Observation.component-code-value-quantity",
                    halves(Kind.TOKEN, "code", Kind.QUANTITY, "value.as(Quantity)"),
            "Group.characteristic-value",
                    halves(Kind.TOKEN, "code", Kind.TOKEN, "value.as(CodeableConcept)", "value.as(boolean)"),
            "DocumentReference.relationship", halves(Kind.REFERENCE, "target", Kind.TOKEN, "code"));

    private final String type;
    private final Map<String, Parameter> served = new TreeMap<>();
    private final List<Source> sources = new ArrayList<>();
    private final Map<String, Set<String>> compartments = new TreeMap<>();

    private static Halves halves(Kind first, String path, Kind second, String... paths) {
        return new Halves(half(first, path), half(second, paths));
    }

    private static Half half(Kind kind, String... paths) {
        var read = new ArrayList<Path>();
        for (String path : paths) {
            read.add(Path.of("X." + path).orElseThrow());
        }
        return new Half(kind, List.copyOf(read));
    }

    /** @throws BadSearch if the chart does not serve the type */
    public static Parameters of(String type) {
        if (!ServedTypes.ALL.contains(type)) {
            throw new BadSearch("type", "must be one that is served");
        }
        return TYPES.computeIfAbsent(type, Parameters::new);
    }

    private Parameters(String type) {
        this.type = type;
        Map<String, String> byPath = new LinkedHashMap<>();
        List<RuntimeSearchParam> defined =
                new ArrayList<>(CONTEXT.getResourceDefinition(type).getSearchParams());
        // Those that others are views of come first.
        defined.sort((one, other) -> Boolean.compare(isView(one), isView(other)));
        for (RuntimeSearchParam definition : defined) {
            if (!LEFT_OUT.contains(type + "." + definition.getName()) && definition.getPath() != null) {
                add(definition, byPath);
            }
        }
        keep("_source", Kind.URI, "Resource.meta.source", Set.of());
    }

    private static boolean isView(RuntimeSearchParam definition) {
        return OF_TYPE.matcher(definition.getPath() == null ? "" : definition.getPath())
                .matches();
    }

    private void add(RuntimeSearchParam definition, Map<String, String> byPath) {
        String name = definition.getName();
        Kind kind = Kind.valueOf(definition.getParamType().name());
        Set<String> targets = definition.getTargets() == null ? Set.of() : definition.getTargets();
        Matcher view = OF_TYPE.matcher(definition.getPath());
        Optional<String> base = view.matches() ? Optional.ofNullable(byPath.get(view.group(1))) : Optional.empty();
        List<String> union = UNIONS.getOrDefault(type + "." + name, List.of());
        if (!union.isEmpty()) {
            served.put(name, new Parameter(type, name, kind, targets, union, Optional.empty()));
        } else if (base.isPresent()) {
            Optional<String> only = Optional.of(view.group(2));
            served.put(name, new Parameter(type, name, kind, Set.of(view.group(2)), List.of(base.get()), only));
        } else {
            keep(name, kind, definition.getPath(), targets);
            byPath.putIfAbsent(definition.getPath(), name);
        }
        for (String compartment : Optional.ofNullable(definition.getProvidesMembershipInCompartments())
                .orElse(Set.of())) {
            // R4 has no Device in a patient's compartment, these definitions have.
            if (!type.equals("Device")) {
                compartments
                        .computeIfAbsent(compartment, key -> new TreeSet<>())
                        .add(name);
            }
        }
    }

    private void keep(String name, Kind kind, String path, Set<String> targets) {
        var paths = new ArrayList<Path>();
        for (String alternative : path.split(" \\| ", -1)) {
            Path.of(alternative).ifPresent(paths::add);
        }
        Optional<Halves> pair = Optional.ofNullable(COMPOSITES.get(type + "." + name));
        sources.add(new Source(name, kind, List.copyOf(paths), pair));
        served.put(name, new Parameter(type, name, kind, targets, List.of(name), Optional.empty()));
    }

    List<Source> sources() {
        return sources;
    }

    /** @param name of a composite that is kept */
    Halves halves(String name) {
        return Optional.ofNullable(COMPOSITES.get(type + "." + name)).orElseThrow();
    }

    /** All that the type serves, by name. */
    public Map<String, Parameter> all() {
        return Collections.unmodifiableMap(served);
    }

    /**
     * @throws BadSearch if the type has no such parameter
     */
    public Parameter get(String name) {
        Parameter parameter = served.get(name);
        if (parameter == null) {
            throw new BadSearch(name, "must be a parameter that " + type + " serves");
        }
        return parameter;
    }

    /** The parameters whose reference puts a resource of this type into somebody's compartment, such as a Patient's. */
    public Set<String> compartment(String of) {
        return compartments.getOrDefault(of, Set.of());
    }

    /** The names under which the values of these are kept. */
    public Set<String> inCompartment(String of) {
        var names = new TreeSet<String>();
        compartment(of).forEach(name -> names.addAll(get(name).stored()));
        return names;
    }
}
