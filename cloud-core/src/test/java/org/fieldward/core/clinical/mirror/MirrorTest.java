package org.fieldward.core.clinical.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.BindResult.Bound;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DeviceUseStatement;
import org.hl7.fhir.r4.model.DeviceUseStatement.DeviceUseStatementStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MirrorTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeviceId BED = new DeviceId("bed_1");
    private static final Author WARD = new Author("nurse", Set.of("ward-3"), Sight.EVERYTHING);

    private final HikariDataSource database = TestDatabase.fresh();
    private final InstantSource clock = () -> NOON;
    private final SqlRegistry registry = new SqlRegistry(database, clock);
    private final SqlChart chart = new SqlChart(database, clock, new Random(1), List.of(new SqlMirror(registry)));
    private final RegistryMirrorFollower follower = follower();

    private RegistryMirrorFollower follower() {
        return new RegistryMirrorFollower(database, registry, chart, gateway -> gateway, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void known() {
        registry.putPatient(new Registry.Patient("p1", "4711", "Doe", "Jo", Optional.empty(), "female", NOON));
        registry.putDevice(new Registry.Device(BED, "monitor", Optional.of("1"), Optional.of("ward-3"), NOON));
    }

    private Binding bound(Instant from, Optional<Instant> until) {
        return ((Bound) registry.bind(BED, "p1", from, until)).binding();
    }

    private Outcome put(Resource resource) {
        Outcome outcome = chart.write(WARD, desk -> desk.apply(new Change.Update(resource, OptionalLong.empty())));
        registry.refresh();
        return outcome;
    }

    private Version newest(String type, String id) {
        return chart.read(new Key(type, id), Sight.EVERYTHING).orElseThrow();
    }

    private long written() {
        List<Version> all = chart.after(0, 1_000);
        return all.isEmpty() ? 0 : all.getLast().number();
    }

    private static DeviceUseStatement statement(String id, String patient, Instant from, Optional<Instant> until) {
        var statement = new DeviceUseStatement();
        statement.setId(id);
        statement.setStatus(DeviceUseStatementStatus.ACTIVE);
        statement.setSubject(new Reference("Patient/" + patient));
        statement.setDevice(new Reference("Device/bed.u1"));
        var period = new Period().setStart(Date.from(from));
        until.ifPresent(end -> period.setEnd(Date.from(end)));
        statement.setTiming(period);
        return statement;
    }

    private static Patient patient(String id) {
        var patient = new Patient();
        patient.setId(id);
        patient.addName().setFamily("Roe").addGiven("Ann");
        return patient;
    }

    @Test
    void what_the_registry_holds_is_in_the_chart_once_also_after_a_restart() {
        known();
        Binding binding = bound(NOON.minusSeconds(60), Optional.empty());

        follower.step();
        long written = written();
        follower.step();
        follower().step();

        assertThat(written()).isEqualTo(written);
        assertThat(Resources.read(Patient.class, newest("Patient", "p1"))
                        .getIdentifierFirstRep()
                        .getValue())
                .isEqualTo("4711");
        assertThat(newest("Patient", "p1").facilities()).containsExactly("ward-3");
        Device device = Resources.read(Device.class, newest("Device", "bed.u1"));
        assertThat(device.getPatient().getReference()).isEqualTo("Patient/p1");
        assertThat(device.getLocation().getDisplay()).isEqualTo("1");
        var use = Resources.read(DeviceUseStatement.class, newest("DeviceUseStatement", "binding-" + binding.number()));
        assertThat(use.getTimingPeriod().getStart()).isEqualTo(Date.from(NOON.minusSeconds(60)));
        assertThat(use.getStatus()).isEqualTo(DeviceUseStatementStatus.ACTIVE);
    }

    @Test
    void an_ended_binding_is_a_completed_statement() {
        known();
        Binding binding = bound(NOON.minusSeconds(60), Optional.empty());
        follower.step();

        registry.endBinding(binding.number(), NOON.minusSeconds(10));
        follower.step();

        Version version = newest("DeviceUseStatement", "binding-" + binding.number());
        var use = Resources.read(DeviceUseStatement.class, version);
        assertThat(use.getStatus()).isEqualTo(DeviceUseStatementStatus.COMPLETED);
        assertThat(use.getTimingPeriod().getEnd()).isEqualTo(Date.from(NOON.minusSeconds(10)));
        assertThat(version.version()).isEqualTo(2);
    }

    @Test
    void a_patient_put_right_in_the_chart_is_put_right_in_the_registry_and_not_back_again() {
        known();
        follower.step();
        Patient patient = Resources.read(Patient.class, newest("Patient", "p1"));
        patient.getNameFirstRep().setFamily("Smith");
        patient.addAddress().setCity("Nairobi");

        put(patient);
        long written = written();
        follower.step();

        assertThat(registry.patient("p1").orElseThrow().family()).isEqualTo("Smith");
        assertThat(written()).isEqualTo(written);
    }

    @Test
    void a_patient_put_right_in_the_registry_keeps_what_only_the_chart_knows() {
        known();
        follower.step();
        Patient patient = Resources.read(Patient.class, newest("Patient", "p1"));
        patient.addAddress().setCity("Nairobi");
        put(patient);

        registry.putPatient(new Registry.Patient("p1", "4711", "Smith", "Jo", Optional.empty(), "female", NOON));
        follower.step();

        Patient mirrored = Resources.read(Patient.class, newest("Patient", "p1"));
        assertThat(mirrored.getNameFirstRep().getFamily()).isEqualTo("Smith");
        assertThat(mirrored.getAddressFirstRep().getCity()).isEqualTo("Nairobi");
    }

    @Test
    void a_patient_whom_no_device_serves_has_no_row_in_the_registry() {
        put(patient("p9"));

        assertThat(registry.patients()).isEmpty();
    }

    @Test
    void a_device_written_in_the_chart_is_known_to_the_registry() {
        var device = new Device();
        device.setId("bed.u1");
        device.getType().setText("pump");
        device.getLocation().setDisplay("7");

        put(device);

        assertThat(registry.device(BED).orElseThrow().bed()).contains("7");
        assertThat(registry.device(BED).orElseThrow().type()).isEqualTo("pump");
    }

    @Test
    void a_statement_written_in_the_chart_binds_a_patient_the_registry_did_not_have_and_ends_it() {
        known();
        put(patient("p9"));

        put(statement("use-1", "p9", NOON.minusSeconds(60), Optional.empty()));
        assertThat(registry.bindings()).hasSize(1);
        assertThat(registry.bindings().getFirst().patient()).isEqualTo("p9");
        assertThat(registry.patient("p9").orElseThrow().family()).isEqualTo("Roe");

        put(statement("use-1", "p9", NOON.minusSeconds(60), Optional.of(NOON)));
        assertThat(registry.bindings().getFirst().until()).contains(NOON);
        follower.step();
        long written = written();
        follower.step();

        assertThat(written()).isEqualTo(written);
        assertThat(chart.read(new Key("DeviceUseStatement", "binding-1"), Sight.EVERYTHING))
                .as("it has a statement already")
                .isEmpty();
    }

    @Test
    void a_statement_that_overlaps_another_binding_is_refused_and_names_it() {
        known();
        Binding binding = bound(NOON.minusSeconds(60), Optional.empty());
        put(patient("p9"));

        assertThatThrownBy(() -> put(statement("use-1", "p9", NOON, Optional.empty())))
                .isInstanceOf(BindingConflict.class)
                .hasMessageContaining("binding-" + binding.number());
        assertThat(chart.read(new Key("DeviceUseStatement", "use-1"), Sight.EVERYTHING))
                .isEmpty();
    }

    @Test
    void a_statement_said_in_error_or_deleted_never_held() {
        known();
        put(patient("p9"));
        put(statement("use-1", "p9", NOON.minusSeconds(60), Optional.empty()));

        chart.write(
                WARD,
                desk -> desk.apply(new Change.Delete(new Key("DeviceUseStatement", "use-1"), OptionalLong.empty())));
        registry.refresh();

        Binding binding = registry.bindings().getFirst();
        assertThat(binding.until()).contains(binding.from());
        put(statement("use-2", "p9", NOON.minusSeconds(30), Optional.empty()));
        assertThat(registry.bindings()).hasSize(2);
    }

    @Test
    void a_mirror_that_is_behind_does_not_take_back_what_the_chart_was_told() {
        known();
        follower.step();
        var behind = new SqlRegistry(database, clock);
        var late = new RegistryMirrorFollower(database, behind, chart, gateway -> gateway, clock);
        registry.putPatient(new Registry.Patient("p1", "4711", "Smith", "Jo", Optional.empty(), "female", NOON));
        follower.step();

        assertThatThrownBy(late::step).isInstanceOf(SqlMirror.Stale.class);
        behind.refresh();
        late.step();

        assertThat(Resources.read(Patient.class, newest("Patient", "p1"))
                        .getNameFirstRep()
                        .getFamily())
                .isEqualTo("Smith");
    }

    /** A change of the registry, of a few patients, devices and gateways. */
    private void befall(Random random) {
        var device = new DeviceId("d" + random.nextInt(3));
        String patient = "p" + random.nextInt(3);
        Instant from = NOON.minusSeconds(60L * random.nextInt(100));
        switch (random.nextInt(5)) {
            case 0 ->
                registry.putPatient(new Registry.Patient(
                        patient, "4711", "Doe" + random.nextInt(3), "Jo", Optional.empty(), "female", NOON));
            case 1 ->
                registry.putDevice(new Registry.Device(
                        device, "monitor", Optional.of("b" + random.nextInt(3)), Optional.empty(), NOON));
            case 2 -> registry.carried(Map.of(device, "g" + random.nextInt(3)));
            case 3 -> registry.bind(device, patient, from, Optional.of(from.plusSeconds(60L * random.nextInt(30))));
            default ->
                registry.bindings().stream()
                        .skip(random.nextInt(4))
                        .findFirst()
                        .ifPresent(one -> registry.endBinding(one.number(), one.from()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void who_mirrors_what_changed_leaves_nothing_to_who_looks_at_everything(long seed) {
        var random = new Random(seed);
        follower.step();
        for (int i = 0; i < 40; i++) {
            for (int many = random.nextInt(3); many >= 0; many--) {
                befall(random);
            }
            follower.step();
            long written = written();

            follower().step();

            assertThat(written()).isEqualTo(written);
        }
    }
}
