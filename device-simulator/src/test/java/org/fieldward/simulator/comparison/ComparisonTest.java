package org.fieldward.simulator.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.core.CoreExport;
import org.fieldward.simulator.core.FakeCore;
import org.fieldward.simulator.core.TimeSpan;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.fieldward.simulator.line.ExportCodec;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final DeviceId BED = new DeviceId("bed-01");

    @TempDir
    Path folder;

    private final FakeCore core = new FakeCore();
    private Evidence evidence;

    @BeforeEach
    void open() {
        evidence = Evidence.open(folder.resolve("evidence"), InstantSource.fixed(START));
    }

    @AfterEach
    void close() {
        evidence.close();
        core.close();
    }

    private static Sample sample(int second, String heartRate, String saturation) {
        return new Sample(
                BED,
                START.plusSeconds(second),
                List.of(
                        Spoken.Quantity.of(Catalogue.standard().key("heart-rate"), new BigDecimal(heartRate)),
                        Spoken.Quantity.of(Catalogue.standard().key("spo2"), new BigDecimal(saturation))));
    }

    private void say(Sample sample, boolean isAcked, boolean arrives) {
        var message = new Message(Duration.ZERO, sample.device(), new Message.Reading(sample), Set.of());
        long number = evidence.sending(message, 1);
        if (arrives) {
            core.accept(
                    sample.device().name(),
                    new Payloads(PayloadFormat.JSON).encode(sample).toByteArray());
        }
        if (isAcked) {
            evidence.acked(number);
        }
    }

    private void sayAll(int count) {
        for (int second = 0; second < count; second++) {
            say(sample(second, "7" + second % 10, second % 3 == 0 ? "0" : "97"), true, true);
        }
    }

    private ComparisonResult compare(CoreExport export) {
        return Comparison.of(new EvidenceFile(evidence.file()), export).run();
    }

    private ObjectNode line(int second) {
        return core.lines("bed-01").get(second);
    }

    @Test
    void what_was_acknowledged_and_is_there_once_as_sent_is_complete_zeros_as_sensor_off() {
        sayAll(50);

        assertThat(compare(core))
                .isEqualTo(new ComparisonResult(
                        new ComparisonResult.Claims(100, 100, 0, 0),
                        new ComparisonResult.Matches(100, 0),
                        new ComparisonResult.Disagreement(0, 0, 0, 0),
                        List.of()))
                .matches(ComparisonResult::isComplete);
    }

    @Test
    void a_value_and_a_whole_reading_that_are_missing_are_each_named() {
        sayAll(10);
        core.change(stored -> {
            ((ObjectNode) line(4).get("values")).remove("spo2");
            stored.values().remove(line(7));
        });

        ComparisonResult result = compare(core);

        assertThat(result.disagreement()).isEqualTo(new ComparisonResult.Disagreement(3, 0, 0, 0));
        assertThat(result.findings())
                .extracting(Finding::time, Finding::parameter)
                .containsExactly(
                        tuple(START.plusSeconds(4), "spo2"),
                        tuple(START.plusSeconds(7), "heart-rate"),
                        tuple(START.plusSeconds(7), "spo2"));
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void a_reading_that_is_there_twice_is_doubled() {
        sayAll(5);
        core.change(stored -> stored.put("again", line(2).deepCopy()));

        ComparisonResult result = compare(core);

        assertThat(result.findings())
                .containsExactlyInAnyOrder(
                        new Finding.Doubled(BED, START.plusSeconds(2), "heart-rate"),
                        new Finding.Doubled(BED, START.plusSeconds(2), "spo2"));
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void an_hour_that_a_clock_said_twice_is_there_twice_once_it_was_put_right() {
        sayAll(5);
        say(sample(2, "72", "97"), true, true);
        core.change(stored -> {
            ObjectNode again = line(2).deepCopy();
            again.put("measured", START.plusSeconds(3_602).toString());
            stored.put("again", again);
        });

        assertThat(compare(core)).matches(ComparisonResult::isComplete);
    }

    @Test
    void another_number_precision_unit_or_reason_is_different() {
        sayAll(5);
        core.change(stored -> {
            ((ObjectNode) line(0).at("/values/heart-rate")).put("value", "71");
            ((ObjectNode) line(1).at("/values/heart-rate")).put("value", "71.0");
            ((ObjectNode) line(2).at("/values/heart-rate")).put("unit", "%");
            ((ObjectNode) line(3).at("/values/spo2")).put("absent", "unknown");
            ObjectNode zero = (ObjectNode) line(0).at("/values/spo2");
            zero.removeAll();
            zero.put("value", "0").put("unit", "%");
        });

        ComparisonResult result = compare(core);

        assertThat(result.disagreement()).isEqualTo(new ComparisonResult.Disagreement(0, 0, 5, 0));
        assertThat(result.findings()).allMatch(Finding.Differing.class::isInstance);
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void what_was_never_sent_is_unexpected_and_is_no_loss() {
        sayAll(5);
        ObjectNode strange = line(2).deepCopy();
        strange.put("device_time", START.plusSeconds(99).toString());
        core.change(stored -> {
            stored.put("strange", strange);
            ((ObjectNode) line(0).get("values")).set("etco2", line(1).at("/values/spo2"));
        });

        ComparisonResult result = compare(core);

        assertThat(result.disagreement()).isEqualTo(new ComparisonResult.Disagreement(0, 0, 0, 3));
        assertThat(result.isComplete()).isTrue();
    }

    @Test
    void what_was_never_acknowledged_may_be_there_or_not() {
        say(sample(0, "70", "97"), false, true);
        say(sample(1, "71", "97"), false, false);

        ComparisonResult result = compare(core);

        assertThat(result.claims()).isEqualTo(new ComparisonResult.Claims(4, 0, 4, 0));
        assertThat(result.matches()).isEqualTo(new ComparisonResult.Matches(0, 2));
        assertThat(result.isComplete()).isTrue();
    }

    @Test
    void a_sample_that_was_sent_twice_is_expected_once_and_one_acknowledgement_is_enough() {
        say(sample(0, "70", "97"), false, true);
        say(sample(0, "70", "97"), true, true);

        assertThat(compare(core).claims()).isEqualTo(new ComparisonResult.Claims(2, 2, 0, 0));
        assertThat(compare(core).matches()).isEqualTo(new ComparisonResult.Matches(2, 0));
    }

    @Test
    void where_a_device_said_two_things_of_one_instant_either_is_right() {
        say(sample(0, "70", "97"), true, true);
        say(sample(0, "75", "97"), true, true);

        assertThat(compare(core).isComplete()).isTrue();
        core.change(stored -> ((ObjectNode) line(0).at("/values/heart-rate")).put("value", "73"));
        assertThat(compare(core).disagreement().differing()).isEqualTo(1);
    }

    @Test
    void neither_the_order_of_sending_nor_that_of_the_export_matters() {
        for (int second : new int[] {5, 3, 9, 1, 7}) {
            say(sample(second, "70", "97"), true, true);
        }
        CoreExport backwards = (device, span, each) -> core.lines(device.name())
                .reversed()
                .forEach(stored -> each.accept(ExportCodec.decode(stored.toString())));

        assertThat(compare(backwards).matches().acked()).isEqualTo(10);
        assertThat(compare(backwards).isComplete()).isTrue();
    }

    @Test
    void only_device_times_in_the_span_count() {
        sayAll(10);
        core.change(stored -> stored.values().remove(line(2)));
        var later = new TimeSpan(Optional.of(START.plusSeconds(3)), Optional.of(START.plusSeconds(8)));

        ComparisonResult result = new Comparison(new EvidenceFile(evidence.file()), core, later, 20).run();

        assertThat(result.claims().sent()).isEqualTo(10);
        assertThat(result.isComplete()).isTrue();
    }

    @Test
    void findings_are_named_up_to_the_number_asked_for_and_all_are_counted() {
        for (int second = 0; second < 10; second++) {
            say(sample(second, "70", "97"), true, false);
        }

        ComparisonResult result = new Comparison(new EvidenceFile(evidence.file()), core, TimeSpan.ALWAYS, 3).run();

        assertThat(result.findings()).hasSize(3);
        assertThat(result.disagreement().missing()).isEqualTo(20);
    }

    @Test
    void waiting_ends_as_soon_as_a_slow_core_has_everything() {
        sayAll(5);
        int[] asked = {0};
        CoreExport slow = (device, span, each) -> {
            if (asked[0]++ > 1) {
                core.readings(device, span, each);
            }
        };

        ComparisonResult result = Comparison.of(new EvidenceFile(evidence.file()), slow)
                .runUntilComplete(Duration.ofMinutes(1), System::nanoTime);

        assertThat(result.isComplete()).isTrue();
        assertThat(asked[0]).isEqualTo(3);
    }
}
