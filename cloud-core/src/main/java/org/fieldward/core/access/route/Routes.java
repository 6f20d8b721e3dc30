package org.fieldward.core.access.route;

import static org.fieldward.core.access.Role.ADMINISTRATOR;
import static org.fieldward.core.access.Role.AUDITOR;
import static org.fieldward.core.access.Role.CLINICIAN;
import static org.fieldward.core.access.Role.NURSE;
import static org.fieldward.core.access.Role.TECHNICIAN;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.fieldward.core.access.Role;

/** Every route of the HTTP door. Immutable. */
public final class Routes {

    private static final Set<Role> ANY = EnumSet.allOf(Role.class);
    private static final Set<Role> CARE = Set.of(CLINICIAN, NURSE, ADMINISTRATOR);
    private static final Set<Role> KEEPING = Set.of(TECHNICIAN, ADMINISTRATOR);
    private static final Set<Role> WARD = Set.of(CLINICIAN, NURSE, TECHNICIAN, ADMINISTRATOR);
    private static final Set<Role> PROVING = Set.of(CLINICIAN, NURSE, AUDITOR, ADMINISTRATOR);
    private static final Set<String> FHIR_TYPES = Set.of(
            "application/json",
            "application/fhir+json",
            "application/fhir+xml",
            "application/json-patch+json",
            "application/x-ndjson",
            "application/octet-stream");
    /** None of these can a form of another site send. */
    private static final Set<String> BINARY_TYPES = Set.of(
            "application/json",
            "application/fhir+json",
            "application/fhir+xml",
            "application/octet-stream",
            "application/pdf",
            "application/dicom",
            "image/jpeg",
            "image/png",
            "image/tiff");

    private static final long FHIR_BODY = 16 * Route.MEBIBYTE;
    private static final long FORM_BODY = 65_536;
    private static final Set<String> FORM = Set.of("application/x-www-form-urlencoded");

    /** What was asked, and what its path said. */
    public record Match(Route route, Map<String, String> values) {
        public Match {
            values = Map.copyOf(values);
        }
    }

    /** Every request is held against many: its path and theirs are taken apart once. */
    private record Known(Route route, List<String> segments) {}

    private final List<Route> all;
    private final Map<String, List<Known>> byMethod;

    private Routes(List<Route> all) {
        this.all = all.stream().sorted(Route::compare).toList();
        this.byMethod = this.all.stream()
                .map(route -> new Known(route, List.of(route.path().split("/", -1))))
                .collect(Collectors.groupingBy(known -> known.route().method()));
    }

    /** The core's own, without what other rooms serve. */
    public static Routes standard() {
        var all = new ArrayList<Route>();
        for (String path : List.of("/", "/{file}", "/health")) {
            all.add(Route.anyone("GET", path));
        }
        reading(all, CARE, "ward", "patients", "patients/{patient}", "bindings", "bindings/{number}");
        reading(all, CARE, "readings", "stream", "stream/ws", "alarms");
        reading(all, WARD, "devices", "devices/{device}", "gateways", "quarantine");
        reading(all, PROVING, "completeness", "completeness/statement", "completeness/key");
        reading(all, ANY, "anchor", "gaps", "gaps/{number}/proof");
        reading(all, KEEPING, "gateways/{gateway}/configuration", "gateways/{gateway}/configuration/history");
        all.add(Route.of("PUT", "/api/v1/patients/{patient}", CARE));
        all.add(Route.of("PUT", "/api/v1/devices/{device}", WARD));
        all.add(Route.of("POST", "/api/v1/bindings", CARE));
        all.add(Route.of("POST", "/api/v1/bindings/{number}/end", CARE));
        all.add(Route.of("PUT", "/api/v1/gateways/{gateway}/configuration", KEEPING));
        // Who may do what to which type is for Access to say.
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
            all.add(Route.of(method, "/fhir/**", ANY).taking(FHIR_BODY, FHIR_TYPES));
        }
        for (String method : List.of("POST", "PUT")) {
            String path = method.equals("POST") ? "/fhir/Binary" : "/fhir/Binary/{id}";
            all.add(Route.of(method, path, ANY).taking(FHIR_BODY, BINARY_TYPES));
        }
        for (String path : List.of("/fhir/_search", "/fhir/{type}/_search", "/fhir/{type}/{id}/{other}/_search")) {
            all.add(Route.of("POST", path, ANY).taking(FORM_BODY, FORM));
        }
        return new Routes(all);
    }

    private static void reading(List<Route> all, Set<Role> roles, String... paths) {
        for (String path : paths) {
            all.add(Route.of("GET", "/api/v1/" + path, roles));
        }
    }

    public Routes with(List<Route> others) {
        var more = new ArrayList<>(all);
        more.addAll(others);
        return new Routes(more);
    }

    public List<Route> all() {
        return all;
    }

    public Optional<Match> find(String method, String path) {
        String asked = method.equals("HEAD") ? "GET" : method;
        List<String> given = List.of(path.split("/", -1));
        for (Known known : byMethod.getOrDefault(asked, List.of())) {
            Optional<Map<String, String>> values = Route.match(known.segments(), given);
            if (values.isPresent()) {
                return Optional.of(new Match(known.route(), values.get()));
            }
        }
        return Optional.empty();
    }

    /** Methods that the path knows; none where it is no path of ours. */
    public Set<String> methods(String path) {
        var methods = new TreeSet<String>();
        for (Route route : all) {
            if (route.match(path).isPresent()) {
                methods.add(route.method());
                if (route.method().equals("GET")) {
                    methods.add("HEAD");
                }
            }
        }
        return methods;
    }
}
