package org.fieldward.core.clinical.mirror;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.clinical.ClinicalException;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.journal.FollowerThread;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DeviceUseStatement;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the chart what the registry says about patients, devices and bindings: what changed when it changed, and at
 * the start and every few seconds all of it, because what a binding says depends on the time too; nothing where both agree.
 * One thread; several cores that share a database may do the same work, with one result.
 */
public final class RegistryMirrorFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryMirrorFollower.class);
    private static final int AT_ONCE = 50;
    private static final Duration ALL = Duration.ofSeconds(5);
    private static final Duration STALE = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** One resource as the registry would have it; {@code fact} is what it is made of. */
    private record Wanted(Key key, Object fact, Set<String> facilities, Function<Optional<Resource>, Resource> make) {}

    private final DataSource database;
    private final SqlRegistry registry;
    private final Chart chart;
    private final UnaryOperator<String> facilityOf;
    private final InstantSource clock;
    private final ResourceMaker maker = new ResourceMaker();
    private final Map<Key, Object> mirrored = new HashMap<>();
    private final Changes changes = new Changes();
    private final FollowerThread thread;
    private Instant allAt = Instant.MIN;

    /** @param facilityOf to which facility a gateway belongs, and by that its devices and whom they serve */
    public RegistryMirrorFollower(
            DataSource database,
            SqlRegistry registry,
            Chart chart,
            UnaryOperator<String> facilityOf,
            InstantSource clock) {
        this.database = database;
        this.registry = registry;
        this.chart = chart;
        this.facilityOf = facilityOf;
        this.clock = clock;
        thread = new FollowerThread("registry-mirror-follower", this::mirror);
        registry.onChange(difference -> {
            changes.add(difference);
            thread.wake();
        });
    }

    public void start() {
        thread.start();
    }

    private Duration mirror() {
        try {
            step();
            return ALL;
        } catch (SqlMirror.Stale e) {
            registry.refresh();
            return STALE;
        } catch (RuntimeException e) {
            // What was written is remembered as written, the rest comes again. The message may be about a patient.
            LOG.error(
                    "the registry could not be mirrored, it is tried again: {}",
                    e.getClass().getName());
            return RETRY;
        }
    }

    /** Mirrors what differs from what was mirrored before. Not thread-safe. */
    public void step() {
        Instant now = clock.instant();
        Difference some = changes.take();
        boolean all = some.everything() || some.isEmpty() || !now.isBefore(allAt);
        boolean done = false;
        try {
            Snapshot snapshot = registry.snapshot();
            var parts = all ? Parts.all(snapshot) : Parts.of(snapshot, some);
            write(wanted(snapshot, parts, names(all, parts.bindings()), now));
            if (all) {
                allAt = now.plus(ALL);
            }
            done = true;
        } finally {
            if (!done) {
                changes.add(some);
                allAt = all ? Instant.MIN : allAt;
            }
        }
    }

    private void write(List<Wanted> all) {
        Map<Set<String>, List<Wanted>> byFacility = new LinkedHashMap<>();
        for (Wanted wanted : all) {
            if (!wanted.fact().equals(mirrored.get(wanted.key()))) {
                byFacility
                        .computeIfAbsent(wanted.facilities(), any -> new ArrayList<>())
                        .add(wanted);
            }
        }
        byFacility.forEach((facilities, list) -> {
            for (int from = 0; from < list.size(); from += AT_ONCE) {
                List<Wanted> some = list.subList(from, Math.min(list.size(), from + AT_ONCE));
                var author = new Author(SqlMirror.AGENT, facilities, Sight.EVERYTHING);
                chart.write(author, desk -> {
                    some.forEach(one -> write(desk, one));
                    return true;
                });
                some.forEach(one -> mirrored.put(one.key(), one.fact()));
            }
        });
    }

    private void write(Desk desk, Wanted wanted) {
        Optional<Version> stored = desk.read(wanted.key());
        if (stored.map(Version::isDeleted).orElse(false)) {
            // Somebody meant it to be gone.
            return;
        }
        Optional<Resource> before = stored.map(Resources::read);
        Resource after = wanted.make().apply(before.map(Resource::copy));
        boolean same = before.map(one -> one.equalsDeep(after)).orElse(false)
                && (!wanted.key().type().equals("Patient")
                        || stored.orElseThrow().facilities().containsAll(wanted.facilities()));
        if (!same) {
            OptionalLong onlyIf =
                    stored.map(version -> OptionalLong.of(version.version())).orElse(OptionalLong.empty());
            desk.apply(new Change.Update(after, onlyIf));
        }
    }

    /** Patients and devices before the bindings that speak of them. */
    private List<Wanted> wanted(Snapshot snapshot, Parts parts, Map<Long, String> names, Instant now) {
        var wanted = new ArrayList<Wanted>();
        for (Known<Registry.Patient> known : parts.patients()) {
            Registry.Patient patient = known.is();
            Set<String> treating = treating(snapshot, patient.id());
            wanted.add(new Wanted(
                    new Key("Patient", patient.id()),
                    List.of(patient, treating),
                    treating,
                    stored -> stored.<Resource>map(one -> Projection.putRight((Patient) one, patient))
                            .orElseGet(() -> maker.patient(patient))));
        }
        for (Known<Registry.Device> known : parts.devices()) {
            Registry.Device device = known.is();
            Optional<String> serves = snapshot.servedBy(device.id(), now)
                    .map(patient -> patient.is().id());
            wanted.add(new Wanted(
                    new Key("Device", FhirId.ofDevice(device.id())),
                    List.of(device, serves),
                    of(device),
                    stored -> stored.<Resource>map(one -> putRight((Device) one, device, serves))
                            .orElseGet(() -> maker.device(device, serves))));
        }
        var told = Set.copyOf(names.values());
        for (Binding binding : parts.bindings()) {
            bindings(wanted, binding, names, told, of(snapshot, binding.device()), now);
        }
        return wanted;
    }

    private void bindings(
            List<Wanted> wanted,
            Binding binding,
            Map<Long, String> names,
            Set<String> told,
            Set<String> facilities,
            Instant now) {
        Use use = Use.of(binding);
        var key = new Key("DeviceUseStatement", names.getOrDefault(binding.number(), Statements.id(binding.number())));
        boolean moved = !use.held() && told.contains(key.id()) && !names.containsKey(binding.number());
        // What never held is only told where it was told once that it did.
        if (moved || (!use.held() && !mirrored.containsKey(key) && !isStored(key))) {
            return;
        }
        boolean over = use.until().map(end -> !end.isAfter(now)).orElse(false);
        wanted.add(new Wanted(key, List.of(use, over), facilities, stored -> {
            var statement = stored.map(DeviceUseStatement.class::cast).orElseGet(DeviceUseStatement::new);
            statement.setId(key.id());
            if (!Use.of(statement).map(use::agrees).orElse(false) || stored.isEmpty()) {
                use.into(statement, now);
            } else {
                use.status(statement, now);
            }
            return statement;
        }));
    }

    private boolean isStored(Key key) {
        return chart.read(key, Sight.EVERYTHING).isPresent();
    }

    /** How the statements are called that made these bindings, and those that have the name of one of these bindings. */
    private Map<Long, String> names(boolean all, List<Binding> of) {
        String sql = "select binding, statement from binding_statement"
                + (all ? "" : " where binding = any(?) or statement = any(?)");
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            if (!all) {
                Object[] numbers = of.stream().map(Binding::number).toArray();
                Object[] ids =
                        of.stream().map(one -> Statements.id(one.number())).toArray();
                select.setArray(1, connection.createArrayOf("bigint", numbers));
                select.setArray(2, connection.createArrayOf("text", ids));
            }
            try (ResultSet row = select.executeQuery()) {
                var names = new HashMap<Long, String>();
                while (row.next()) {
                    names.put(row.getLong(1), row.getString(2));
                }
                return names;
            }
        } catch (SQLException e) {
            throw new ClinicalException("the names of bindings could not be read", e);
        }
    }

    /** A patient belongs to where the devices stand that serve or served the patient. */
    private Set<String> treating(Snapshot snapshot, String patient) {
        return snapshot.uses(patient).stream()
                .filter(binding -> Use.of(binding).held())
                .flatMap(binding -> of(snapshot, binding.device()).stream())
                .collect(Collectors.toSet());
    }

    private Set<String> of(Snapshot snapshot, DeviceId device) {
        return Optional.ofNullable(snapshot.devices().get(device))
                .map(known -> of(known.is()))
                .orElse(Set.of());
    }

    private Set<String> of(Registry.Device device) {
        return device.gateway().map(facilityOf).map(Set::of).orElse(Set.of());
    }

    private static Device putRight(Device stored, Registry.Device known, Optional<String> serves) {
        if (!known.type().isEmpty() && !known.type().equals(stored.getType().getText())) {
            stored.getType().setText(known.type());
        }
        if (known.bed().isPresent()) {
            stored.getLocation().setDisplay(known.bed().get());
        } else if (stored.getLocation().hasDisplay()) {
            stored.setLocation(new Reference());
        }
        stored.setPatient(serves.map(id -> new Reference("Patient/" + id)).orElse(new Reference()));
        return stored;
    }

    /** Waits for the step under way, then ends. */
    @Override
    public void close() throws InterruptedException {
        thread.close();
    }
}
