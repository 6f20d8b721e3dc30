package org.fieldward.core.clinical.stay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.function.Function;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.Centre;
import org.fieldward.core.clinical.ClinicalException;
import org.fieldward.core.clinical.stay.Admissions.Effects;
import org.fieldward.core.clinical.stay.Admissions.Kind;
import org.fieldward.core.clinical.stay.Admissions.Visit;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SqlAdmissionsTest {

    private final Centre centre = new Centre();

    @BeforeEach
    void start() {
        centre.device("bed-1", "1");
        centre.device("bed-2", "2");
        centre.patient("p1");
        centre.patient("p2");
    }

    @AfterEach
    void close() {
        centre.close();
    }

    private Effects told(Function<Desk, Effects> what) {
        return centre.chart.write(Centre.AUTHOR, what::apply);
    }

    private Effects arrives(String patient, String bed, String hour) {
        return told(desk -> centre.admissions.arrive(desk, visit(patient), bed, Centre.at(hour)));
    }

    private Effects leaves(String patient, String hour) {
        return told(desk -> centre.admissions.leave(desk, visit(patient), Centre.at(hour)));
    }

    private static Visit visit(String patient) {
        return new Visit(patient, "visit-" + patient, Centre.WARD);
    }

    @Test
    void a_transfer_ends_the_binding_at_the_old_bed_and_opens_one_at_the_new() {
        arrives("p1", "1", "08:00");

        arrives("p1", "2", "10:00");

        assertThat(centre.bindings()).containsExactly("bed-1: p1 08:00-10:00", "bed-2: p1 10:00-");
    }

    @Test
    void a_discharge_told_a_day_late_ends_the_binding_when_it_happened() {
        arrives("p1", "1", "08:00");
        Effects admitted = arrives("p2", "1", "12:00");

        leaves("p1", "10:00");

        assertThat(admitted.formerPatient()).contains("p1");
        assertThat(centre.bindings()).containsExactly("bed-1: p1 08:00-10:00", "bed-1: p2 12:00-");
    }

    @Test
    void what_is_told_twice_does_nothing_the_second_time() {
        arrives("p1", "1", "08:00");

        assertThat(arrives("p1", "1", "08:00")).isEqualTo(Effects.NONE);
        leaves("p1", "10:00");
        assertThat(leaves("p1", "10:00")).isEqualTo(Effects.NONE);
    }

    @Test
    void a_cancelled_admission_gives_the_bed_back_and_a_cancelled_discharge_lets_the_stay_go_on() {
        arrives("p1", "1", "08:00");
        arrives("p2", "1", "10:00");

        told(desk -> centre.admissions.cancel(desk, visit("p2"), Kind.ARRIVAL));
        assertThat(centre.bindings()).containsExactly("bed-1: p1 08:00-10:00", "bed-1: p1 10:00-");

        leaves("p1", "11:00");
        told(desk -> centre.admissions.cancel(desk, visit("p1"), Kind.LEAVING));
        assertThat(centre.bindings())
                .containsExactly("bed-1: p1 08:00-10:00", "bed-1: p1 10:00-11:00", "bed-1: p1 11:00-");
    }

    @Test
    void a_cancelled_transfer_brings_the_patient_back_to_the_old_bed() {
        arrives("p1", "1", "08:00");
        arrives("p1", "2", "10:00");

        told(desk -> centre.admissions.cancel(desk, visit("p1"), Kind.ARRIVAL));

        assertThat(centre.bindings()).containsExactly("bed-1: p1 08:00-10:00", "bed-1: p1 10:00-");
    }

    @Test
    void the_bindings_of_a_merged_patient_become_the_surviving_ones() {
        arrives("p1", "1", "08:00");
        arrives("p1", "2", "10:00");

        told(desk -> centre.admissions.merge(desk, "p1", "p2"));
        leaves("p2", "12:00");

        assertThat(centre.bindings()).containsExactly("bed-1: p2 08:00-10:00", "bed-2: p2 10:00-12:00");
        Patient merged = centre.read(Patient.class, new Key("Patient", "p1"));
        assertThat(merged.getActive()).isFalse();
        assertThat(merged.getLinkFirstRep().getOther().getReference()).isEqualTo("Patient/p2");
    }

    @Test
    void a_bed_of_that_name_elsewhere_is_another_bed() {
        centre.registry.putDevice(new Registry.Device(
                new DeviceId("far-1"), "monitor", Optional.of("1"), Optional.of("ward-9"), Centre.NOON));

        arrives("p1", "1", "08:00");

        assertThat(centre.bindings()).containsExactly("bed-1: p1 08:00-");
    }

    @Test
    void a_wearable_stays_with_the_patient_on_a_transfer_and_is_given_back_on_discharge() {
        centre.registry.putDevice(new Registry.Device(
                new DeviceId("patch"), "patch", Optional.empty(), Optional.of(Centre.WARD), Centre.NOON));
        arrives("p1", "1", "08:00");
        centre.registry.bind(new DeviceId("patch"), "p1", Centre.at("08:30"), Optional.empty());

        arrives("p1", "2", "10:00");
        assertThat(centre.bindings()).contains("patch: p1 08:30-");
        leaves("p1", "11:00");

        assertThat(centre.bindings()).contains("patch: p1 08:30-11:00");
    }

    @Test
    void a_movement_of_nobody_undoes_everything() {
        assertThatThrownBy(() -> told(desk -> {
                    centre.admissions.arrive(desk, visit("p1"), "1", Centre.at("08:00"));
                    return centre.admissions.arrive(desk, visit("nobody"), "2", Centre.at("09:00"));
                }))
                .isInstanceOf(ClinicalException.class);

        assertThat(centre.bindings()).isEmpty();
        assertThat(arrives("p1", "1", "08:00").steps()).hasSize(1);
    }
}
