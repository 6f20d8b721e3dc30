package org.fieldward.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which facilities a patient of the registry belongs to. */
final class FacilitiesTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeviceId BED = new DeviceId("bed-1");

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlRegistry registry =
            new SqlRegistry(database, gateway -> gateway.equals("gw-7") ? "clinic" : gateway, () -> NOON);

    @AfterEach
    void close() {
        database.close();
    }

    private void ann(Optional<String> gateway) {
        registry.putPatient(new Patient("ann", "1", "Doe", "Ann", Optional.empty(), "female", NOON));
        registry.putDevice(new Device(BED, "monitor", Optional.of("1"), gateway, NOON));
    }

    @Test
    void a_binding_makes_the_patient_one_of_where_the_device_is_carried() {
        ann(Optional.of("gw-7"));
        assertThat(registry.facilities("ann")).isEmpty();
        registry.bind(BED, "ann", NOON, Optional.empty());

        assertThat(registry.facilities("ann")).containsExactly("clinic");
        assertThat(new SqlRegistry(database, () -> NOON).facilities("ann")).containsExactly("gw-7");
    }

    @Test
    void a_device_that_is_first_carried_or_moves_while_it_serves_adds_where_it_is() {
        ann(Optional.empty());
        registry.bind(BED, "ann", NOON, Optional.empty());
        assertThat(registry.facilities("ann")).isEmpty();
        registry.carried(Map.of(BED, "gw-7"));
        assertThat(registry.facilities("ann")).containsExactly("clinic");
        registry.carried(Map.of(BED, "ward-3"));
        assertThat(registry.facilities("ann")).containsExactlyInAnyOrder("clinic", "ward-3");

        registry.endBinding(1, NOON.plusSeconds(60));
        registry.carried(Map.of(BED, "ward-9"));
        assertThat(registry.facilities("ann")).containsExactlyInAnyOrder("clinic", "ward-3");
    }

    @Test
    void what_is_said_is_kept_beside_it_and_by_a_change_of_the_name() {
        ann(Optional.of("gw-7"));
        registry.addFacilities("ann", Set.of("north", "south"));
        registry.addFacilities("ann", Set.of("north"));
        ann(Optional.of("gw-7"));

        assertThat(registry.facilities("ann")).containsExactlyInAnyOrder("north", "south");
        assertThat(registry.facilities("nobody")).isEmpty();
    }
}
