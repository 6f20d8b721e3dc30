package org.fieldward.core.observation.follower;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.clinical.Centre;
import org.fieldward.core.clinical.Events.Answer;
import org.fieldward.core.registry.Registry.Device;
import org.junit.jupiter.api.Test;

/** Readings follow what was told of who lay where, whenever it was told. */
final class AdmittedPatientTest {

    private static final Instant EIGHT = Instant.parse("2026-03-01T08:00:00Z");

    private static String admission(String id, String patient, String time) {
        return """
                {'id':'%s','type':'patient_admission','priority':'medium','occurredAt':'2026-03-01T%s:00Z',
                 'patient':{'reference':'Patient/%s'},'payload':{'visit':'v-%s','bed':'1'}}""".formatted(id, time, patient, patient);
    }

    @Test
    void a_late_reading_belongs_to_who_was_admitted_to_that_bed_then() {
        try (var ward = new Ward();
                var centre = new Centre(ward.database, false)) {
            ward.registry.putDevice(
                    new Device(Ward.BED, "monitor", Optional.of("1"), Optional.of(Centre.WARD), Ward.NOON));
            centre.patient("p1");
            centre.patient("p2");
            assertThat(centre.take(admission("a1", "p1", "08:00"))).isInstanceOf(Answer.Accepted.class);
            assertThat(centre.take(admission("a2", "p2", "10:00"))).isInstanceOf(Answer.Accepted.class);

            ward.arrives(
                    Centre.WARD,
                    Ward.heartRate(Ward.BED, EIGHT.plusSeconds(3_600), 61),
                    Ward.heartRate(Ward.BED, EIGHT.plusSeconds(3 * 3_600), 62),
                    Ward.heartRate(Ward.BED, EIGHT.minusSeconds(3_600), 60));

            assertThat(ward.of("p1")).hasSize(1);
            assertThat(ward.of("p2")).hasSize(1);
        }
    }

    @Test
    void an_admission_told_late_takes_the_readings_that_were_another_patients_until_then() {
        try (var ward = new Ward();
                var centre = new Centre(ward.database, false)) {
            ward.registry.putDevice(
                    new Device(Ward.BED, "monitor", Optional.of("1"), Optional.of(Centre.WARD), Ward.NOON));
            centre.patient("p1");
            centre.patient("p2");
            centre.take(admission("a1", "p1", "08:00"));
            ward.arrives(
                    Centre.WARD,
                    Ward.heartRate(Ward.BED, EIGHT.plusSeconds(3_600), 61),
                    Ward.heartRate(Ward.BED, EIGHT.plusSeconds(3 * 3_600), 62));
            assertThat(ward.of("p1")).hasSize(2);

            centre.take(admission("a2", "p2", "10:00"));
            ward.settle();

            assertThat(ward.of("p1")).hasSize(1);
            assertThat(ward.of("p2")).hasSize(1);
        }
    }
}
