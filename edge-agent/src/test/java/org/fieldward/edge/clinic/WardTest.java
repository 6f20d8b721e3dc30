package org.fieldward.edge.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

class WardTest {

    private final Ward ward = new Ward(3, Duration.ofSeconds(60));

    private void stored(double second, Entry... entries) {
        ward.fold(Said.stored(entries), Said.now(second));
    }

    private DeviceView bed(double second) {
        return ward.views(Said.now(second)).stream()
                .filter(view -> view.device().equals(Said.BED))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> shown(List<LastValue> values) {
        return values.stream()
                .map(last -> last.value().parameter().key() + " "
                        + (last.value() instanceof Value.Quantity quantity ? quantity.number() : "off") + " "
                        + last.ageMillis())
                .toList();
    }

    @Test
    void the_newest_of_each_parameter_is_kept_with_its_own_age() {
        stored(0, Said.reading(Said.stamp(0), Said.value("heart-rate", "70"), Said.value("systolic", "120")));
        stored(5, Said.reading(Said.stamp(5), Said.off("spo2"), Said.value("heart-rate", "71")));

        assertThat(shown(bed(6).values())).containsExactly("heart-rate 71 1000", "spo2 off 1000", "systolic 120 6000");
    }

    @Test
    void a_late_reading_does_not_cover_a_newer_one_but_fills_what_was_empty() {
        stored(100, Said.reading(Said.stamp(100, 100), Said.value("heart-rate", "70")));
        stored(
                101,
                Said.reading(Said.stamp(101, 101 - 600), Said.value("heart-rate", "140"), Said.value("glucose", "98")));

        assertThat(shown(bed(101).values())).containsExactly("heart-rate 70 1000", "glucose 98 600000");
    }

    @Test
    void a_device_whose_clock_is_a_day_ahead_shows_true_ages() {
        for (int second = 0; second < 5; second++) {
            stored(second, Said.reading(Said.stamp(second, second + 86_400), Said.value("heart-rate", "7" + second)));
        }

        assertThat(shown(bed(5).values())).containsExactly("heart-rate 74 1000");
    }

    @Test
    void what_is_replayed_from_quarantine_is_no_sign_of_life() {
        stored(500, Said.reading(Said.stamp(100), Said.value("heart-rate", "70")));

        assertThat(ward.views(Said.now(500))).isEmpty();
    }

    @Test
    void readings_of_the_last_minute_and_the_last_hour_are_counted() {
        for (int second = 0; second < 300; second++) {
            stored(second, Said.reading(Said.stamp(second), Said.value("heart-rate", "70")));
        }

        assertThat(bed(299).lastMinute()).isEqualTo(60);
        assertThat(bed(299).lastHour()).isEqualTo(300);
        assertThat(bed(329).lastMinute()).isEqualTo(30);
        assertThat(bed(299 + 3600).lastHour()).isZero();
    }

    @Test
    void a_device_is_online_or_lost_since_the_moment_the_door_saw_it() {
        stored(1, Said.status(1, Status.ONLINE));
        assertThat(bed(2).state()).isEqualTo(State.ONLINE);

        stored(9, Said.status(9, Status.LOST));

        assertThat(bed(20).state()).isEqualTo(State.LOST);
        assertThat(bed(20).since()).contains(Said.now(9).at());
        assertThat(bed(20).lastSeenMillis()).isEqualTo(11_000);
    }

    @Test
    void updates_name_what_changed_once_and_only_to_listeners() {
        stored(0, Said.reading(Said.stamp(0), Said.value("heart-rate", "70"), Said.value("systolic", "120")));
        assertThat(ward.takeUpdates(device -> false, Said.now(0))).isEmpty();
        assertThat(ward.takeUpdates(device -> true, Said.now(0))).isEmpty();

        stored(1, Said.reading(Said.stamp(1), Said.value("heart-rate", "71")));
        stored(1.1, Said.reading(Said.stamp(1.1), Said.value("heart-rate", "72")));

        assertThat(ward.takeUpdates(device -> true, Said.now(1.1)))
                .singleElement()
                .satisfies(update -> assertThat(shown(update.values())).containsExactly("heart-rate 72 0"));
    }

    @Test
    void of_too_many_devices_the_one_silent_for_longest_is_forgotten() {
        for (String name : List.of("a", "b", "c", "a", "d")) {
            stored(0, new Reading(new DeviceId(name), Said.stamp(0), List.of(Said.value("heart-rate", "70"))));
        }

        assertThat(ward.known().stream().map(DeviceId::name)).containsExactly("c", "a", "d");
    }
}
