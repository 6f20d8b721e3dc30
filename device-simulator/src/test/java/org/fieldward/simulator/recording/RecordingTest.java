package org.fieldward.simulator.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Value;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RecordingTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    private static Path data(String name) {
        Path file = Path.of(System.getProperty("fieldward.shared", "nowhere"), "data", "vitals", name);
        Assumptions.assumeTrue(Files.exists(file), "the recorded vital signs are not here: " + name);
        return file;
    }

    private static Spoken value(String key, String number) {
        return Spoken.Quantity.of(Catalogue.standard().key(key), new BigDecimal(number));
    }

    @Test
    void a_second_by_second_recording_keeps_every_value_and_leaves_out_nan_and_empty_cells() {
        Recording recording = Recording.parse(
                "r",
                Stream.of("Time [s], HR, PULSE, RESP, SpO2", "-0,66,66,4,100", "1,66,NaN,,100", "2,NaN,NaN,NaN,NaN"));

        assertThat(recording.rows())
                .containsExactly(
                        new Recording.Row(
                                Duration.ZERO,
                                List.of(
                                        value("heart-rate", "66"),
                                        value("pulse-rate", "66"),
                                        value("respiratory-rate", "4"),
                                        value("spo2", "100"))),
                        new Recording.Row(
                                Duration.ofSeconds(1), List.of(value("heart-rate", "66"), value("spo2", "100"))));
    }

    @Test
    void a_minute_by_minute_recording_keeps_its_time_axis_and_its_digits() {
        Recording recording = Recording.parse(
                "r", Stream.of("minute,HR,NBPSys,NBPDias,NBPMean", "0,62.80,,,", "7,62.8,121.0,70.0,87.0"));

        List<Sample> samples = recording.samples(new DeviceId("d"), START).toList();

        assertThat(samples.get(0).values()).containsExactly(value("heart-rate", "62.80"));
        assertThat(samples.get(1).time()).isEqualTo(START.plus(Duration.ofMinutes(7)));
        assertThat(samples.get(1).values())
                .contains(value("systolic", "121.0"), value("mean-arterial-pressure", "87.0"));
    }

    @Test
    void a_monitors_zero_is_sent_as_zero_and_expected_as_sensor_off() {
        Spoken zero = value("spo2", "0.0");

        assertThat(zero.expected())
                .isEqualTo(new Value.Absent(Catalogue.standard().key("spo2"), AbsentReason.NOT_PERFORMED));
        assertThat(value("spo2", "97").expected()).isInstanceOf(Value.Quantity.class);
    }

    @Test
    void an_unknown_column_a_missing_cell_and_a_word_are_refused_by_place_and_never_shown() {
        assertThatThrownBy(() -> Recording.parse("r", Stream.of("minute,Mood", "0,3")))
                .hasMessageContaining("'Mood'");
        assertThatThrownBy(() -> Recording.parse("r", Stream.of("minute,HR", "0")))
                .hasMessageContaining("row 1 must have 2 cells, had 1");
        assertThatThrownBy(() -> Recording.parse("r", Stream.of("minute,HR", "0,sixty")))
                .hasMessageContaining("row 1 must hold numbers only")
                .hasMessageNotContaining("sixty");
        assertThatThrownBy(() -> Recording.parse("r", Stream.of("hour,HR", "0,3")))
                .hasMessageContaining("'hour'");
    }

    @Test
    void the_twelve_recorded_patients_are_read_whole() throws Exception {
        try (Stream<Path> files = Files.list(data("bidmc"))) {
            List<Recording> recordings = files.filter(file -> file.toString().endsWith(".csv"))
                    .map(Recording::read)
                    .toList();

            assertThat(recordings).hasSize(12).allSatisfy(recording -> {
                assertThat(recording.length()).isEqualTo(Duration.ofMinutes(8));
                assertThat(recording.rows()).hasSize(481);
            });
        }
    }

    @Test
    void the_32_hour_record_has_its_363_zeros_of_oxygen_saturation() {
        Recording recording = Recording.read(data("mimic2-s00001-32h.csv"));

        assertThat(recording.name()).isEqualTo("mimic2-s00001-32h");
        assertThat(recording.rows()).hasSize(1936);
        assertThat(recording.rows().stream()
                        .flatMap(row -> row.values().stream())
                        .filter(value -> value.parameter().key().equals("spo2"))
                        .filter(value -> value.expected() instanceof Value.Absent))
                .hasSize(363);
        assertThat(recording.rows().stream()
                        .flatMap(row -> row.values().stream())
                        .filter(value -> value.parameter().key().equals("systolic")))
                .hasSize(1936 - 1784);
    }
}
