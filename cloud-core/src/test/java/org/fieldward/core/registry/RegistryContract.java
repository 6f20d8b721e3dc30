package org.fieldward.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.BindResult.Bound;
import org.fieldward.core.registry.Registry.BindResult.Overlaps;
import org.fieldward.core.registry.Registry.BindResult.Unknown;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;

/** What every Registry promises; run against PostgreSQL and against the one in memory. */
public interface RegistryContract {

    Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    DeviceId BED = new DeviceId("bed-1");

    Registry registry();

    private static Patient patient(String id) {
        return new Patient(id, "mrn-" + id, "Doe", id, Optional.of(LocalDate.of(1970, 2, 3)), "female", NOON);
    }

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private static Binding bound(BindResult result) {
        return ((Bound) result).binding();
    }

    private Registry known() {
        Registry registry = registry();
        registry.putPatient(patient("ann"));
        registry.putPatient(patient("bob"));
        registry.putDevice(new Device(BED, "monitor", Optional.of("1"), Optional.of("g"), NOON));
        return registry;
    }

    @Test
    default void what_was_put_is_there_and_the_last_word_counts() {
        Registry registry = known();
        registry.putPatient(new Patient("ann", "7", "Roe", "Ann", Optional.empty(), "other", NOON));
        registry.putDevice(new Device(BED, "pump", Optional.empty(), Optional.empty(), NOON));

        assertThat(registry.patient("ann")).map(Patient::family).contains("Roe");
        assertThat(registry.patients()).extracting(Patient::id).containsExactly("ann", "bob");
        assertThat(registry.device(BED)).map(Device::type).contains("pump");
        assertThat(registry.devices()).extracting(Device::bed).containsExactly(Optional.empty());
        assertThat(registry.patient("eve")).isEmpty();
        assertThat(registry.device(new DeviceId("x"))).isEmpty();
    }

    @Test
    default void a_binding_is_found_by_its_number_also_after_it_was_ended() {
        Registry registry = known();
        Binding first = bound(registry.bind(BED, "ann", minute(0), Optional.of(minute(10))));
        Binding second = bound(registry.bind(BED, "bob", minute(10), Optional.empty()));
        Binding ended = bound(registry.endBinding(second.number(), minute(20)));

        assertThat(registry.bindings()).containsExactly(first, ended);
        assertThat(registry.binding(first.number())).contains(first);
        assertThat(registry.binding(second.number())).contains(ended);
        assertThat(registry.binding(99)).isEmpty();
    }

    @Test
    default void a_device_serves_one_patient_at_a_time() {
        Registry registry = known();
        Binding first = bound(registry.bind(BED, "ann", minute(10), Optional.of(minute(20))));

        assertThat(registry.bind(BED, "bob", minute(0), Optional.empty())).isEqualTo(new Overlaps(first));
        Binding second = bound(registry.bind(BED, "bob", minute(20), Optional.of(minute(30))));
        assertThat(registry.endBinding(first.number(), minute(21))).isEqualTo(new Overlaps(second));
        assertThat(registry.bindings()).containsExactly(first, second);
    }

    @Test
    default void a_binding_that_was_taken_back_is_in_nobodys_way() {
        Registry registry = known();
        Binding first = bound(registry.bind(BED, "ann", minute(10), Optional.empty()));
        registry.endBinding(first.number(), minute(10));

        assertThat(registry.bind(BED, "bob", minute(0), Optional.empty())).isInstanceOf(Bound.class);
    }

    @Test
    default void nothing_ends_before_it_begins() {
        Registry registry = known();
        Binding first = bound(registry.bind(BED, "ann", minute(10), Optional.empty()));

        assertThatThrownBy(() -> registry.endBinding(first.number(), minute(9)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> registry.bind(BED, "bob", minute(5), Optional.of(minute(4))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(registry.bindings()).containsExactly(first);
    }

    @Test
    default void what_is_not_known_is_named() {
        Registry registry = known();
        assertThat(registry.bind(new DeviceId("x"), "ann", NOON, Optional.empty()))
                .isEqualTo(new Unknown("device", "x"));
        assertThat(registry.bind(BED, "zoe", NOON, Optional.empty())).isEqualTo(new Unknown("patient", "zoe"));
        assertThat(registry.endBinding(99, NOON)).isEqualTo(new Unknown("binding", "99"));
    }

    @Test
    default void a_patient_belongs_to_where_somebody_said_and_to_where_a_device_that_serves_is() {
        Registry registry = known();
        registry.addFacilities("ann", Set.of("north"));
        registry.addFacilities("zoe", Set.of("north"));
        registry.bind(BED, "ann", NOON, Optional.empty());
        registry.putPatient(patient("ann"));

        assertThat(registry.facilities("ann")).containsExactlyInAnyOrder("north", "g");
        assertThat(registry.facilities("bob")).isEmpty();
        assertThat(registry.facilities("zoe")).isEmpty();
    }
}
