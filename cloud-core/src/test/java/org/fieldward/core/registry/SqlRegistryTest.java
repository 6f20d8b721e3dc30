package org.fieldward.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.BindResult.Bound;
import org.fieldward.core.registry.Registry.BindResult.Overlaps;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SqlRegistryTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final InstantSource CLOCK = () -> NOON;
    private static final DeviceId BED = new DeviceId("bed-1");

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlRegistry registry = new SqlRegistry(database, CLOCK);

    @BeforeEach
    void two_patients_and_a_bed() {
        registry.putPatient(patient("ann"));
        registry.putPatient(patient("bob"));
        registry.putDevice(new Device(BED, "monitor", Optional.of("1"), Optional.empty(), NOON));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Patient patient(String id) {
        return new Patient(id, "mrn-" + id, "Doe", id, Optional.of(LocalDate.of(1970, 2, 3)), "female", NOON);
    }

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private Optional<String> servedBy(int minutes) {
        return registry.snapshot().servedBy(BED, minute(minutes)).map(Known::is).map(Patient::id);
    }

    @Test
    void a_reading_that_comes_while_an_operator_moves_its_device_leaves_the_new_bed_alone() {
        var elsewhere = new SqlRegistry(database, CLOCK);
        elsewhere.putDevice(new Device(BED, "pump", Optional.of("7"), Optional.empty(), NOON));
        DeviceId unseen = new DeviceId("bed-2");
        elsewhere.putDevice(new Device(unseen, "pump", Optional.of("8"), Optional.empty(), NOON));

        // This one has not heard of it yet.
        registry.carried(Map.of(BED, "g", unseen, "g"));

        assertThat(registry.device(BED)).get().satisfies(device -> {
            assertThat(device.bed()).contains("7");
            assertThat(device.type()).isEqualTo("pump");
            assertThat(device.gateway()).contains("g");
        });
        assertThat(registry.device(unseen).flatMap(Device::bed)).contains("8");
    }

    @Test
    void what_was_put_is_there_also_for_another_process() {
        var other = new SqlRegistry(database, CLOCK);
        assertThat(other.patient("ann")).contains(patient("ann"));
        registry.putPatient(patient("eve"));
        assertThat(other.patient("eve")).isEmpty();
        other.refresh();
        assertThat(other.patient("eve")).contains(patient("eve"));
        assertThat(other.device(BED)).map(Device::bed).contains(Optional.of("1"));
    }

    @Test
    void a_device_serves_from_the_first_instant_and_until_before_the_last() {
        registry.bind(BED, "ann", minute(10), Optional.of(minute(20)));
        registry.bind(BED, "bob", minute(20), Optional.empty());

        assertThat(servedBy(9)).isEmpty();
        assertThat(servedBy(10)).contains("ann");
        assertThat(servedBy(19)).contains("ann");
        assertThat(servedBy(20)).contains("bob");
        assertThat(servedBy(999)).contains("bob");
    }

    @Test
    void two_patients_at_one_device_at_one_time_are_refused() {
        Binding first = ((Bound) registry.bind(BED, "ann", minute(10), Optional.empty())).binding();

        assertThat(registry.bind(BED, "bob", minute(30), Optional.empty())).isEqualTo(new Overlaps(first));
        assertThat(registry.bind(BED, "bob", minute(0), Optional.of(minute(11))))
                .isEqualTo(new Overlaps(first));
        assertThat(registry.bind(BED, "bob", minute(0), Optional.of(minute(10))))
                .isInstanceOf(Bound.class);
    }

    @Test
    void of_eight_people_who_bind_at_the_same_moment_one_succeeds() throws Exception {
        ExecutorService nurses = Executors.newFixedThreadPool(8);
        try {
            List<Callable<BindResult>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String patient = i % 2 == 0 ? "ann" : "bob";
                var own = new SqlRegistry(database, CLOCK);
                tasks.add(() -> own.bind(BED, patient, minute(0), Optional.empty()));
            }
            int bound = 0;
            for (Future<BindResult> result : nurses.invokeAll(tasks)) {
                bound += result.get() instanceof Bound ? 1 : 0;
            }
            assertThat(bound).isEqualTo(1);
            registry.refresh();
            assertThat(registry.bindings()).hasSize(1);
        } finally {
            nurses.shutdown();
        }
    }

    @Test
    void a_binding_may_be_ended_in_the_past_and_taken_back_altogether() {
        Binding binding = ((Bound) registry.bind(BED, "ann", minute(10), Optional.empty())).binding();

        registry.endBinding(binding.number(), minute(15));
        assertThat(servedBy(14)).contains("ann");
        assertThat(servedBy(15)).isEmpty();
        registry.endBinding(binding.number(), minute(10));
        assertThat(servedBy(10)).isEmpty();
        assertThat(registry.bind(BED, "bob", minute(0), Optional.empty())).isInstanceOf(Bound.class);
        assertThat(servedBy(12)).contains("bob");
    }

    @Test
    void a_device_that_sends_becomes_known_with_the_gateway_that_carried_it() {
        DeviceId stranger = new DeviceId("new");
        registry.carried(Map.of(stranger, "g1", BED, "g1"));
        assertThat(registry.device(stranger)).map(Device::gateway).contains(Optional.of("g1"));
        assertThat(registry.device(BED)).map(Device::bed).contains(Optional.of("1"));
        long version = registry.snapshot().version();
        registry.carried(Map.of(stranger, "g1"));
        assertThat(registry.snapshot().version()).isEqualTo(version);
    }

    @Test
    void an_error_of_the_store_never_quotes_the_patient() {
        Patient wrong = new Patient("eve", "mrn-secret", "Secret", "Eve", Optional.empty(), "wrong", NOON);
        assertThatThrownBy(() -> registry.putPatient(wrong))
                .isInstanceOf(RegistryException.class)
                .satisfies(e -> assertThat(e.getMessage() + e.getCause()).doesNotContain("Secret", "secret"));
    }
}
