package org.fieldward.core.app.assembly;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.clinical.Events;
import org.fieldward.core.clinical.stay.SqlAdmissions;
import org.fieldward.core.distribution.Mount;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.core.webhook.Line;
import org.fieldward.core.webhook.Reception;
import org.fieldward.core.webhook.Stays;
import org.fieldward.core.webhook.Trail;
import org.fieldward.core.webhook.WebhookServlet;
import org.fieldward.core.webhook.arrival.SqlArrivals;
import org.fieldward.core.webhook.desk.ArrivalsServlet;
import org.fieldward.core.webhook.filing.Matter.Remark;
import org.fieldward.core.webhook.mllp.MllpDoor;
import org.fieldward.core.webhook.mllp.MllpSettings;
import org.fieldward.core.webhook.recorded.Doors;
import org.fieldward.core.webhook.source.ClientCertificates;
import org.fieldward.core.webhook.source.Source;
import org.fieldward.core.webhook.source.Sources;
import org.hl7.fhir.r4.model.Resource;

/** The door of hospital systems, put together. */
public final class Hospitals {

    private static final Set<String> TYPES = Set.of(
            "application/json",
            "application/fhir+json",
            "application/hl7-v2",
            "application/hl7-v2+er7",
            "application/octet-stream",
            "text/plain",
            "x-application/hl7-v2+er7");
    private static final Set<Role> KEEPERS = Set.of(Role.TECHNICIAN, Role.ADMINISTRATOR);
    private static final Set<Role> READERS = Set.of(Role.CLINICIAN, Role.ADMINISTRATOR);

    private final Settings settings;
    private final InstantSource clock;
    private final SqlArrivals arrivals;
    private final Sources sources;
    private final Reception reception;
    private final UnaryOperator<String> facilityOf;

    Hospitals(
            Settings settings,
            DataSource database,
            Chart chart,
            SqlRegistry registry,
            SecureRandom random,
            InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        arrivals = new SqlArrivals(database);
        sources = new Sources(settings.sourcesFile(), clock);
        Map<String, String> facilities = settings.access().facilityByGateway();
        facilityOf = gateway -> facilities.getOrDefault(gateway, gateway);
        var stays = new Stays(
                new SqlAdmissions(registry, facilityOf, clock), facility -> beds(registry, facilityOf, facility));
        reception = new Reception(
                new Reception.Rooms(chart, arrivals, stays, Hospitals::broken),
                settings.facilities()::zoneOf,
                ids(random),
                clock);
    }

    /** For a command, which runs beside a core or without one. */
    public static Hospitals beside(Settings settings, DataSource database, InstantSource clock) {
        var random = new SecureRandom();
        Map<String, String> facilities = settings.access().facilityByGateway();
        return new Hospitals(
                settings,
                database,
                new SqlChart(database, clock, random, List.of()),
                new SqlRegistry(database, gateway -> facilities.getOrDefault(gateway, gateway), clock),
                random,
                clock);
    }

    public Reception reception() {
        return reception;
    }

    SqlArrivals arrivals() {
        return arrivals;
    }

    /** One of the operator's, or a gateway at which messages come in. */
    public Optional<Source> source(String name) {
        return Doors.source(name, sources::find, facilityOf);
    }

    /** At which what gateways recorded comes in. */
    Doors doors(Events events, Trail trail) {
        return new Doors(events, reception, arrivals, trail, sources::find, facilityOf);
    }

    private static Set<String> beds(SqlRegistry registry, UnaryOperator<String> facilityOf, String facility) {
        return registry.devices().stream()
                .filter(device -> device.gateway().map(facilityOf).equals(Optional.of(facility)))
                .flatMap(device -> device.bed().stream())
                .collect(Collectors.toSet());
    }

    private static Supplier<String> ids(SecureRandom random) {
        return () -> {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        };
    }

    private static Optional<Remark> broken(Resource resource) {
        return ProfileCheck.shared().faults(resource).stream()
                .findFirst()
                .map(issue -> new Remark(issue.element(), issue.rule()));
    }

    /** @param trail hears of every message */
    List<Mount> mounts(Trail trail) {
        var certificates = new ClientCertificates(
                new TreeSet<>(settings.list(Key.WEBHOOKS_PROXIES)), settings.text(Key.WEBHOOKS_CERTIFICATE_HEADER));
        return List.of(
                new Mount(
                        "/webhooks/*",
                        new WebhookServlet(sources, reception, certificates, trail, clock),
                        List.of(Route.anyone("POST", "/webhooks/{source}/{facility}")
                                .taking(WebhookServlet.MAX_BODY, TYPES))),
                new Mount(
                        "/api/v1/arrivals/*",
                        new ArrivalsServlet(arrivals, reception, this::source),
                        List.of(
                                Route.of("GET", "/api/v1/arrivals", KEEPERS),
                                Route.of("GET", "/api/v1/arrivals/{number}", KEEPERS),
                                // What a patient's system said of the patient.
                                Route.of("GET", "/api/v1/arrivals/{number}/bytes", READERS),
                                Route.of("POST", "/api/v1/arrivals/{number}/replay", KEEPERS))));
    }

    /** Empty where the settings do not open it. */
    Optional<MllpDoor> line(Trail trail) {
        if (settings.text(Key.WEBHOOKS_MLLP_PORT).isEmpty()) {
            return Optional.empty();
        }
        var mllp = new MllpSettings(
                settings.text(Key.WEBHOOKS_MLLP_ADDRESS),
                (int) settings.number(Key.WEBHOOKS_MLLP_PORT, 0, 65_535),
                MllpFiles.tls(settings));
        return Optional.of(MllpDoor.open(mllp, new Line(sources, reception, trail, clock)));
    }
}
