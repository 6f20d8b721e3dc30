package org.fieldward.simulator.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.line.Shown;
import org.fieldward.simulator.line.StoredLine;
import org.junit.jupiter.api.Test;

/** What every CoreExport promises; run over HTTP and against the core in memory. */
interface CoreExportContract {

    /** Asks this core. */
    CoreExport export(FakeCore core);

    private List<StoredLine> ask(FakeCore core, String device, TimeSpan span) {
        List<StoredLine> lines = new ArrayList<>();
        export(core).readings(new DeviceId(device), span, lines::add);
        return lines;
    }

    private static void accept(FakeCore core, String device, String json) {
        core.accept(device, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    default void readings_come_with_their_digits_units_and_reasons() {
        try (var core = new FakeCore()) {
            accept(
                    core,
                    "a",
                    "{\"time\":\"2026-11-21T10:00:00.123456Z\",\"values\":{\"temperature\":37.0,\"spo2\":0}}");

            assertThat(ask(core, "a", TimeSpan.ALWAYS)).satisfiesExactly(line -> {
                assertThat(line.time()).isEqualTo("2026-11-21T10:00:00.123456Z");
                assertThat(line.values())
                        .isEqualTo(Map.of(
                                "temperature",
                                new Shown.Quantity(new BigDecimal("37.0"), "Cel"),
                                "spo2",
                                new Shown.Absent("not-performed")));
            });
        }
    }

    @Test
    default void only_the_device_and_the_span_asked_for_are_shown_its_end_excluded() {
        try (var core = new FakeCore()) {
            for (int second = 0; second < 5; second++) {
                accept(core, "a", "{\"time\":\"2026-11-21T10:00:0" + second + "Z\",\"values\":{\"spo2\":97}}");
            }
            accept(core, "b", "{\"time\":\"2026-11-21T10:00:02Z\",\"values\":{\"spo2\":97}}");
            var span = new TimeSpan(
                    Optional.of(Instant.parse("2026-11-21T10:00:01Z")),
                    Optional.of(Instant.parse("2026-11-21T10:00:03Z")));

            assertThat(ask(core, "a", span)).hasSize(2).allMatch(line -> span.contains(line.time()));
            assertThat(ask(core, "c", TimeSpan.ALWAYS)).isEmpty();
        }
    }
}
