package org.fieldward.edge.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

class UrgencyTest {

    private static DeviceView bed(State state, long lastSeenSeconds, Value value, long ageSeconds) {
        return new DeviceView(
                Said.BED,
                state,
                Optional.empty(),
                Optional.of(Said.START),
                lastSeenSeconds * 1000,
                0,
                0,
                Optional.empty(),
                List.of(new LastValue(value, Said.START, Said.START, ageSeconds * 1000)));
    }

    private static DeviceView well() {
        return bed(State.ONLINE, 1, Said.value("heart-rate", "70"), 1);
    }

    private static AlarmChange alarm(Kind kind, Priority priority) {
        return new AlarmChange(
                Said.BED, Said.stamp(0), "a-1", kind, priority, AlarmChange.Phase.RAISED, Optional.empty(), "");
    }

    @Test
    void the_patient_goes_before_the_machine_and_the_worst_alarm_counts() {
        assertThat(Urgency.of(
                        well(),
                        List.of(alarm(Kind.DEVICE_SILENT, Priority.MEDIUM), alarm(Kind.LIMIT_LOW, Priority.HIGH))))
                .isEqualTo(Urgency.HIGH);
        assertThat(Urgency.of(well(), List.of(alarm(Kind.LIMIT_HIGH, Priority.LOW))))
                .isLessThan(Urgency.of(well(), List.of(alarm(Kind.SENSOR_OFF, Priority.HIGH))));
    }

    @Test
    void an_old_number_or_a_sensor_off_asks_for_attention_before_the_alarm_comes() {
        assertThat(Urgency.of(well(), List.of())).isEqualTo(Urgency.FINE);
        assertThat(Urgency.of(bed(State.ONLINE, 1, Said.value("heart-rate", "70"), 15), List.of()))
                .isEqualTo(Urgency.ATTENTION);
        assertThat(Urgency.of(bed(State.ONLINE, 1, Said.off("spo2"), 1), List.of()))
                .isEqualTo(Urgency.ATTENTION);
        assertThat(Urgency.of(bed(State.LOST, 3600, Said.value("heart-rate", "70"), 3600), List.of()))
                .isEqualTo(Urgency.ATTENTION);
    }

    @Test
    void a_cuff_pressure_is_not_old_after_a_minute() {
        assertThat(Urgency.of(bed(State.ONLINE, 1, Said.value("systolic", "120"), 600), List.of()))
                .isEqualTo(Urgency.FINE);
    }

    @Test
    void a_device_switched_off_leaves_the_screen_after_a_quarter_of_an_hour() {
        DeviceView justNow = bed(State.OFFLINE, 60, Said.value("heart-rate", "70"), 60);
        DeviceView before = bed(State.OFFLINE, 900, Said.value("heart-rate", "70"), 900);

        assertThat(Urgency.hasTile(justNow, Urgency.of(justNow, List.of()))).isTrue();
        assertThat(Urgency.hasTile(before, Urgency.of(before, List.of()))).isFalse();
    }

    @Test
    void names_are_ordered_as_people_count() {
        List<String> right = List.of("2", "10", "bed-2", "Bed-3", "bed-10", "bed-010", "bed-10a", "cot");
        var mixed = new ArrayList<>(right);
        Collections.reverse(mixed);

        mixed.sort(NaturalOrder.INSTANCE);

        assertThat(mixed.indexOf("bed-2")).isLessThan(mixed.indexOf("Bed-3"));
        assertThat(mixed.indexOf("Bed-3")).isLessThan(mixed.indexOf("bed-10"));
        assertThat(mixed.indexOf("bed-10")).isLessThan(mixed.indexOf("bed-10a"));
        assertThat(mixed.indexOf("2")).isLessThan(mixed.indexOf("10"));
        assertThat(mixed.getLast()).isEqualTo("cot");
    }
}
