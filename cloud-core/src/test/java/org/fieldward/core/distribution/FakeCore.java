package org.fieldward.core.distribution;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Territory;
import org.fieldward.core.access.person.People;
import org.fieldward.core.access.person.PeopleDoor;
import org.fieldward.core.access.person.Sessions;
import org.fieldward.core.access.person.SignIn;
import org.fieldward.core.access.token.CodeFlow;
import org.fieldward.core.access.token.Issuer;
import org.fieldward.core.access.token.Provider;
import org.fieldward.core.anchor.AnchorState;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.completeness.Completeness;
import org.fieldward.core.completeness.Facilities;
import org.fieldward.core.completeness.FakeStanding;
import org.fieldward.core.completeness.FakeTallies;
import org.fieldward.core.distribution.api.Views;
import org.fieldward.core.distribution.entry.Entrance;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.intake.state.GatewayStates.GatewayState;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.observation.quarantine.Quarantine;
import org.fieldward.core.registry.MemoryConfigurations;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Lane;

/** A core without stores behind it: what a door can be opened in front of. */
public final class FakeCore implements Quarantine {

    private static final int ITERATIONS = 1_000;

    public static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

    public final FakeReadings readings = new FakeReadings();
    public final FakeRegistry registry = new FakeRegistry();
    public final FakeWaveforms waveforms = new FakeWaveforms();
    public final FakeGaps gaps = new FakeGaps();
    public final FakeAlarms alarms = new FakeAlarms();
    public final List<GatewayState> gateways = new ArrayList<>();
    public final List<Held> quarantined = new ArrayList<>();
    public AnchorState anchor = new AnchorState(0, Optional.empty(), Optional.empty(), new ChainState.NotConfigured());
    public boolean proven = true;
    public final MemoryConfigurations configurations = new MemoryConfigurations(
            () -> gateways.stream().map(GatewayState::gateway).toList());
    public final FakeTallies tallies = new FakeTallies();
    public final NoteSigner signer = new NoteSigner("test.example/log", FakeTallies.keyPair());
    public Coverage coverage = Coverage.NONE;
    public Stored stored = EmptyChart.stored();
    public final MemoryPeople people = new MemoryPeople();
    public final MemorySessions sessions = new MemorySessions();
    public final MemoryAudit audit = new MemoryAudit();
    public Optional<Provider.Reader> provider = Optional.empty();
    public Optional<CodeFlow> flow = Optional.empty();

    public Views views() {
        return new Views(
                registry,
                readings,
                waveforms,
                alarms,
                new FakeAccepted(readings, alarms),
                gaps,
                this,
                completeness(),
                () -> List.copyOf(gateways),
                configurations,
                this::proof,
                stored,
                () -> anchor);
    }

    private Completeness completeness() {
        var sources = new Completeness.Sources(registry, tallies, gaps, new FakeStanding(), List::of, () -> coverage);
        return new Completeness(
                sources, new Facilities(Map.of()), new Completeness.Seal(signer.publicKey(), signer::sign));
    }

    public HttpDoor door(HttpSettings settings, InstantSource clock) {
        return door(settings, List.of(), clock);
    }

    public HttpDoor door(HttpSettings settings, List<Mount> mounts, InstantSource clock) {
        return new HttpDoor(settings, views(), entrance(settings, clock), mounts, new byte[32], clock).start();
    }

    /** Open, as long as there is neither a token nor a person. */
    private Entrance entrance(HttpSettings settings, InstantSource clock) {
        var random = new SecureRandom();
        var issuer = new Issuer(Issuer.newKey(random), Duration.ofHours(12), clock);
        var signIn = new SignIn(
                people,
                sessions,
                new Sessions.Limits(Duration.ofMinutes(15), Duration.ofHours(12)),
                issuer,
                ITERATIONS,
                random,
                clock);
        var door = new PeopleDoor(signIn, issuer, settings.token().map(HttpSettings.Token::reveal), provider, clock);
        return new Entrance(door, signIn, flow, audit, new Territory(registry, Map.of()));
    }

    /** Adds somebody whose password is the name, twice. */
    public void add(String name, Set<Role> roles, Optional<Set<String>> facilities) {
        people.put(
                new People.Person(
                        name,
                        PasswordHash.of((name + name).getBytes(StandardCharsets.UTF_8), ITERATIONS, new SecureRandom()),
                        roles,
                        facilities),
                NOW);
    }

    public HttpDoor door() {
        return door(HttpSettings.standard().withPort(0), InstantSource.fixed(NOW));
    }

    /** A patient in a bed with a device. */
    public void admit(String patient, String family, String given, String device, String bed) {
        registry.putPatient(new Patient(
                patient,
                "MRN-" + patient,
                family,
                given,
                Optional.of(LocalDate.of(1950, 2, 3)),
                "female",
                NOW.minus(Duration.ofDays(1))));
        var id = new DeviceId(device);
        registry.putDevice(new Device(
                id, "bedside monitor", Optional.of(bed), Optional.of("ward-3"), NOW.minus(Duration.ofDays(2))));
        registry.bind(id, patient, NOW.minus(Duration.ofDays(1)), Optional.empty());
    }

    public static GatewayState gateway(String name, long backlog, Instant confirmed) {
        return new GatewayState(
                name,
                true,
                Optional.of(confirmed),
                Optional.of(confirmed),
                Map.of(Lane.VITAL, backlog),
                Optional.of(Duration.ofMillis(120)),
                Optional.empty());
    }

    private Optional<String> proof(long batch, int position, ByteString record, ByteString salt) {
        return proven
                ? Optional.of("{\"batch\":" + batch + ",\"position\":" + position + ",\"bytes\":" + record.size() + "}")
                : Optional.empty();
    }

    @Override
    public Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        quarantined.forEach(held -> counts.merge(held.reason(), 1L, Long::sum));
        return counts;
    }

    @Override
    public List<Held> held(Optional<String> reason, long afterNumber, int limit) {
        return quarantined.stream()
                .filter(held -> reason.map(held.reason()::equals).orElse(true) && held.number() > afterNumber)
                .limit(limit)
                .toList();
    }
}
