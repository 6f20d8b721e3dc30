package org.fieldward.edge.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmDeciderTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final DeviceId BED_1 = new DeviceId("bed-1");
    private static final Parameter SPO2 = Catalogue.standard().key("spo2");
    private static final Parameter TEMPERATURE = Catalogue.standard().key("temperature");

    private static final AlarmSettings SETTINGS = new AlarmSettings(
            List.of(
                    Limit.of(SPO2, "88.. delay 10s hysteresis 2 priority high"),
                    Limit.of(TEMPERATURE, "35.0..39.0 delay 0s hysteresis 0.3 priority medium")),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(900),
            Duration.ofSeconds(60));

    private AlarmDecider decider = fresh("a", List.of());
    private final List<AlarmChange> changes = new ArrayList<>();

    @Test
    void a_value_beyond_its_limit_for_the_whole_delay_raises_once() {
        for (int second = 0; second <= 20; second++) {
            spo2(second, 85);
        }

        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(Kind.LIMIT_LOW);
            assertThat(change.phase()).isEqualTo(Phase.RAISED);
            assertThat(change.parameter()).contains(SPO2);
            assertThat(change.stamp()).isEqualTo(at(10));
        });
    }

    @Test
    void a_dip_shorter_than_the_delay_raises_nothing() {
        for (int second = 0; second < 60; second++) {
            spo2(second, second % 9 == 8 ? 92 : 85);
        }

        assertThat(changes).isEmpty();
    }

    @Test
    void an_alarm_clears_only_when_the_value_is_back_by_the_hysteresis_and_keeps_its_name() {
        for (int second = 0; second <= 10; second++) {
            spo2(second, 85);
        }
        spo2(11, 89);
        assertThat(changes).hasSize(1);

        spo2(12, 90);

        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).phase()).isEqualTo(Phase.CLEARED);
        assertThat(changes.get(1).alarm()).isEqualTo(changes.get(0).alarm());
        assertThat(decider.active()).isEmpty();
    }

    @Test
    void the_value_at_the_limit_is_within_it() {
        for (int second = 0; second <= 60; second++) {
            spo2(second, 88);
        }

        assertThat(changes).isEmpty();
    }

    @Test
    void fahrenheit_is_judged_by_the_same_limit() {
        stored(new Reading(
                BED_1, at(1), List.of(new Value.Quantity(TEMPERATURE, new BigDecimal("103.1"), Unit.FAHRENHEIT))));
        assertThat(changes).extracting(AlarmChange::kind).containsExactly(Kind.LIMIT_HIGH);

        stored(new Reading(
                BED_1, at(2), List.of(new Value.Quantity(TEMPERATURE, new BigDecimal("98.6"), Unit.FAHRENHEIT))));
        assertThat(changes).extracting(AlarmChange::phase).containsExactly(Phase.RAISED, Phase.CLEARED);
    }

    @Test
    void backfilled_readings_raise_nothing_about_now() {
        for (int i = 0; i < 600; i++) {
            Stamp stamp = new Stamp(
                    Optional.of(START.minusSeconds(7200 - i)),
                    START.plusMillis(i * 10L),
                    i * 10L,
                    1,
                    ClockState.SYNCHRONISED);
            stored(new Reading(BED_1, stamp, List.of(quantity(80))));
        }

        assertThat(changes).isEmpty();
    }

    @Test
    void a_payload_replayed_from_quarantine_says_nothing_about_now() {
        for (int second = 0; second <= 20; second++) {
            spo2(second, 85);
        }
        tick(60);
        assertThat(changes).extracting(AlarmChange::kind).containsExactly(Kind.LIMIT_LOW, Kind.DEVICE_SILENT);

        // It arrived before all this; its tick is of now, because it was decoded now.
        var arrived = new Stamp(Optional.empty(), START.minusSeconds(3600), 61_000, 7, ClockState.SYNCHRONISED);
        var replayed =
                new Reading(BED_1, arrived, List.of(new Value.Quantity(SPO2, BigDecimal.valueOf(97), Unit.PERCENT)));
        on(new AlarmEvent.Stored(replayed), at(61));

        assertThat(changes).hasSize(2);
    }

    @Test
    void a_delay_begins_anew_after_the_device_was_switched_off() {
        spo2(0, 85);
        status(1, DeviceStatus.Status.OFFLINE);
        status(600, DeviceStatus.Status.ONLINE);
        spo2(600, 85);

        assertThat(changes).isEmpty();
    }

    @Test
    void a_device_whose_clock_is_wrong_is_still_watched() {
        for (int second = 0; second <= 60; second++) {
            Stamp stamp = new Stamp(
                    Optional.of(Instant.EPOCH.plusSeconds(second)),
                    START.plusSeconds(second),
                    second * 1000L,
                    1,
                    ClockState.SYNCHRONISED);
            on(new AlarmEvent.Stored(new Reading(BED_1, stamp, List.of(quantity(80)))), stamp);
        }

        assertThat(changes).extracting(AlarmChange::kind).containsExactly(Kind.LIMIT_LOW);
    }

    @Test
    void a_sensor_that_stays_off_takes_the_place_of_the_limit_alarm() {
        for (int second = 0; second <= 10; second++) {
            spo2(second, 85);
        }
        for (int second = 11; second <= 26; second++) {
            stored(new Reading(BED_1, at(second), List.of(new Value.Absent(SPO2, AbsentReason.NOT_PERFORMED))));
        }
        spo2(27, 97);

        assertThat(changes)
                .extracting(change -> change.kind() + " " + change.phase())
                .containsExactly("LIMIT_LOW RAISED", "SENSOR_OFF RAISED", "LIMIT_LOW CLEARED", "SENSOR_OFF CLEARED");
    }

    @Test
    void a_device_that_falls_silent_is_noticed_and_one_that_says_goodbye_is_not_missed() {
        spo2(0, 97);
        tick(29);
        assertThat(changes).isEmpty();
        tick(30);
        assertThat(changes).extracting(AlarmChange::kind).containsExactly(Kind.DEVICE_SILENT);
        spo2(31, 97);
        status(32, DeviceStatus.Status.OFFLINE);
        tick(500);

        assertThat(changes).extracting(AlarmChange::phase).containsExactly(Phase.RAISED, Phase.CLEARED);
    }

    @Test
    void a_device_that_sends_nothing_but_waveforms_is_not_silent() {
        spo2(0, 97);
        waveform(20);
        tick(49);
        assertThat(changes).isEmpty();
        tick(50);
        assertThat(changes).extracting(AlarmChange::kind).containsExactly(Kind.DEVICE_SILENT);
        waveform(51);
        assertThat(changes).extracting(AlarmChange::phase).containsExactly(Phase.RAISED, Phase.CLEARED);
    }

    @Test
    void switching_a_device_off_does_not_make_its_patient_well() {
        for (int second = 0; second <= 10; second++) {
            spo2(second, 85);
        }
        status(11, DeviceStatus.Status.OFFLINE);
        tick(910);
        assertThat(changes).extracting(AlarmChange::phase).containsExactly(Phase.RAISED);

        tick(911);

        assertThat(changes).extracting(AlarmChange::phase).containsExactly(Phase.RAISED, Phase.CLEARED);
    }

    @Test
    void a_lost_connection_counts_sooner_than_silence_unless_the_device_returns() {
        spo2(0, 97);
        status(1, DeviceStatus.Status.LOST);
        status(5, DeviceStatus.Status.ONLINE);
        tick(12);
        assertThat(changes).isEmpty();
        status(13, DeviceStatus.Status.LOST);
        tick(23);

        assertThat(changes).extracting(AlarmChange::detail).containsExactly("the connection to the device broke");
    }

    @Test
    void a_link_that_confirms_nothing_is_an_alarm_until_it_does() {
        link(0, false);
        link(59, false);
        tick(59);
        assertThat(changes).isEmpty();
        tick(60);
        link(61, true);

        assertThat(changes)
                .extracting(change -> change.device() + " " + change.kind() + " " + change.phase())
                .containsExactly("ward-7 LINK_DOWN RAISED", "ward-7 LINK_DOWN CLEARED");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'69 70 84',             'RAISED LOW'",
        "'70 66 65 64',          'RAISED LOW, CLEARED LOW'",
        "'70 85',                'RAISED LOW, CLEARED LOW, RAISED MEDIUM'",
        "'100',                  'RAISED HIGH'",
        "'95 94 90 89',          'RAISED HIGH, CLEARED HIGH, RAISED MEDIUM'",
        "'95 72',                'RAISED HIGH, CLEARED HIGH, RAISED LOW'",
        "'95 66',                'RAISED HIGH, CLEARED HIGH, RAISED LOW'",
        "'95 64',                'RAISED HIGH, CLEARED HIGH'",
        "'85 80 79 84 85',       'RAISED MEDIUM, CLEARED MEDIUM, RAISED LOW, CLEARED LOW, RAISED MEDIUM'"
    })
    void a_disk_that_fills_is_an_alarm_of_its_level_that_falls_only_well_below(String percents, String steps) {
        int second = 0;
        for (String percent : percents.split(" ")) {
            on(new AlarmEvent.Disk(Long.parseLong(percent)), at(second++));
        }

        assertThat(changes.stream().map(change -> change.phase() + " " + change.priority()))
                .containsExactly(steps.split(", "));
        assertThat(changes)
                .allMatch(change ->
                        change.kind() == Kind.DISK && change.device().name().equals("ward-7"));
    }

    @Test
    void an_alarm_about_the_disk_is_known_again_after_a_restart() {
        on(new AlarmEvent.Disk(90), at(0));

        decider = fresh("b", List.copyOf(decider.active()));
        on(new AlarmEvent.Disk(88), at(1));
        assertThat(changes).hasSize(1);
        on(new AlarmEvent.Disk(10), at(2));

        assertThat(changes.getLast().phase()).isEqualTo(AlarmChange.Phase.CLEARED);
        assertThat(changes.getLast().alarm()).isEqualTo(changes.getFirst().alarm());
    }

    @Test
    void an_alarm_lives_on_over_a_restart_under_its_name() {
        for (int second = 0; second <= 10; second++) {
            spo2(second, 85);
        }
        String name = changes.getFirst().alarm();

        decider = fresh("b", List.copyOf(decider.active()));
        for (int second = 11; second <= 30; second++) {
            spo2(second, 85);
        }
        assertThat(changes).hasSize(1);
        spo2(31, 95);

        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).alarm()).isEqualTo(name);
    }

    @Test
    void other_limits_hold_from_the_next_value_on_and_what_is_active_keeps_its_name_or_ends() {
        for (int second = 0; second <= 10; second++) {
            spo2(second, 85);
        }
        decider.obey(limits(Limit.of(SPO2, "80.. delay 0s hysteresis 1 priority medium")));
        spo2(11, 85);

        assertThat(changes).extracting(AlarmChange::phase).containsExactly(Phase.RAISED, Phase.CLEARED);
        spo2(12, 79);
        assertThat(changes.getLast().priority()).isEqualTo(AlarmChange.Priority.MEDIUM);
        decider.obey(limits());
        tick(13);
        assertThat(changes.getLast().detail()).isEqualTo("the limit was removed");
    }

    private static AlarmSettings limits(Limit... limits) {
        return new AlarmSettings(
                List.of(limits),
                SETTINGS.sensorOffAfter(),
                SETTINGS.silentAfter(),
                SETTINGS.lostAfter(),
                SETTINGS.linkDownAfter(),
                SETTINGS.withdrawAfter(),
                SETTINGS.lateAfter());
    }

    private static AlarmDecider fresh(String prefix, List<AlarmChange> before) {
        return new AlarmDecider(SETTINGS, new DeviceId("ward-7"), prefix, before, at(0));
    }

    private void spo2(int second, int percent) {
        stored(new Reading(BED_1, at(second), List.of(quantity(percent))));
    }

    private static Value quantity(int percent) {
        return new Value.Quantity(SPO2, BigDecimal.valueOf(percent), Unit.PERCENT);
    }

    private void stored(Reading reading) {
        on(new AlarmEvent.Stored(reading), reading.stamp());
    }

    private void waveform(int second) {
        on(new AlarmEvent.Stored(Readings.waveform(BED_1, at(second), 250)), at(second));
    }

    private void status(int second, DeviceStatus.Status status) {
        on(new AlarmEvent.Stored(new DeviceStatus(BED_1, at(second), status)), at(second));
    }

    private void tick(int second) {
        on(new AlarmEvent.Tick(), at(second));
    }

    private void link(int second, boolean moving) {
        on(new AlarmEvent.Link(moving), at(second));
    }

    private void on(AlarmEvent event, Stamp now) {
        changes.addAll(decider.on(event, now));
    }

    private static Stamp at(int second) {
        return new Stamp(Optional.empty(), START.plusSeconds(second), second * 1000L, 1, ClockState.SYNCHRONISED);
    }
}
