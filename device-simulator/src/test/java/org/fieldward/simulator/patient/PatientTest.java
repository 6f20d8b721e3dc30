package org.fieldward.simulator.patient;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.sample.Spoken;
import org.fieldward.simulator.sample.TimedSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PatientTest {

    private static List<TimedSample> tenMinutes(Scenario scenario, long seed) {
        var plan = new PatientPlan(
                new DeviceId("bed-01"),
                scenario,
                seed,
                Instant.parse("2026-11-21T08:00:00Z"),
                Duration.ofMinutes(10),
                Rhythm.USUAL);
        List<TimedSample> samples = new ArrayList<>();
        new Patient(plan).forEachRemaining(samples::add);
        return samples;
    }

    private static DoubleStream values(List<TimedSample> samples, String key) {
        return samples.stream()
                .flatMap(timed -> timed.sample().values().stream())
                .filter(value -> value.parameter().key().equals(key))
                .map(Spoken.Quantity.class::cast)
                .map(Spoken.Quantity::number)
                .mapToDouble(BigDecimal::doubleValue);
    }

    private static double mean(List<TimedSample> samples, String key, int from, int until) {
        return values(samples.subList(from, until), key).average().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void the_same_seed_gives_the_same_readings_and_another_seed_others(Scenario scenario) {
        assertThat(tenMinutes(scenario, 7)).isEqualTo(tenMinutes(scenario, 7));
        assertThat(tenMinutes(scenario, 7)).isNotEqualTo(tenMinutes(scenario, 8));
    }

    @Test
    void a_stable_patient_is_measured_every_second_and_stays_within_normal_bounds() {
        IntStream.range(0, 50)
                .mapToObj(seed -> tenMinutes(Scenario.STABLE, seed))
                .forEach(samples -> {
                    assertThat(samples).hasSize(600);
                    assertThat(values(samples, "heart-rate")).allMatch(rate -> rate > 45 && rate < 110);
                    assertThat(values(samples, "respiratory-rate")).allMatch(rate -> rate > 7 && rate < 26);
                    assertThat(values(samples, "spo2")).allMatch(saturation -> saturation > 92 && saturation <= 100);
                    assertThat(values(samples, "temperature")).allMatch(degrees -> degrees > 36 && degrees < 37.6);
                });
    }

    @Test
    void the_cuff_measures_systolic_above_mean_above_diastolic_every_five_minutes() {
        List<TimedSample> samples = tenMinutes(Scenario.STABLE, 3);
        List<TimedSample> cuff = samples.stream()
                .filter(timed -> timed.sample().values().size() == 8)
                .toList();

        assertThat(cuff).hasSize(2);
        assertThat(cuff.get(1).due().minus(cuff.get(0).due())).isEqualTo(Duration.ofMinutes(5));
        assertThat(mean(cuff, "systolic", 0, 1)).isGreaterThan(mean(cuff, "mean-arterial-pressure", 0, 1));
        assertThat(mean(cuff, "mean-arterial-pressure", 0, 1)).isGreaterThan(mean(cuff, "diastolic", 0, 1));
    }

    @Test
    void falling_oxygen_drives_heart_and_breathing_and_comes_back() {
        List<TimedSample> samples = tenMinutes(Scenario.HYPOXIC_EPISODE, 3);

        assertThat(mean(samples, "spo2", 330, 360)).isLessThan(86);
        assertThat(mean(samples, "spo2", 570, 600)).isGreaterThan(93);
        assertThat(mean(samples, "heart-rate", 330, 360)).isGreaterThan(mean(samples, "heart-rate", 150, 200) + 8);
        assertThat(mean(samples, "respiratory-rate", 330, 360))
                .isGreaterThan(mean(samples, "respiratory-rate", 150, 200) + 3);
    }

    @Test
    void a_deteriorating_patient_gets_worse_in_every_sign() {
        List<TimedSample> samples = tenMinutes(Scenario.DETERIORATING, 3);

        assertThat(mean(samples, "heart-rate", 570, 600)).isGreaterThan(mean(samples, "heart-rate", 0, 60) + 30);
        assertThat(mean(samples, "temperature", 570, 600)).isGreaterThan(mean(samples, "temperature", 0, 60) + 1.5);
        assertThat(mean(samples, "spo2", 570, 600)).isLessThan(mean(samples, "spo2", 0, 60) - 4);
        assertThat(values(samples, "systolic").toArray()[1])
                .isLessThan(values(samples, "systolic").toArray()[0]);
    }

    @Test
    void a_sensor_that_is_off_sends_zeros_and_the_heart_rate_goes_on() {
        List<TimedSample> off = tenMinutes(Scenario.SENSOR_OFF, 3).subList(200, 400);

        assertThat(values(off, "spo2")).allMatch(saturation -> saturation == 0);
        assertThat(values(off, "heart-rate")).allMatch(rate -> rate > 40);
    }

    @Test
    void a_silent_device_says_nothing_for_a_while_and_then_goes_on() {
        List<TimedSample> samples = tenMinutes(Scenario.SILENT_DEVICE, 3);

        assertThat(samples)
                .noneMatch(
                        timed -> timed.due().toSeconds() >= 240 && timed.due().toSeconds() < 480);
        assertThat(samples.getLast().due()).isEqualTo(Duration.ofSeconds(599));
    }
}
