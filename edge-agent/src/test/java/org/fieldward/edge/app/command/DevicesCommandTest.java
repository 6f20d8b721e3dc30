package org.fieldward.edge.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.fieldward.edge.app.AgentException;
import org.fieldward.edge.buffer.RejectReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DevicesCommandTest {

    private static final String STATUS = """
            {"at": "2026-11-21T08:02:00Z",
             "devices": {
               "rejected": {"bed-10": {"WRONG_UNIT": 2, "UNREADABLE": 1}},
               "seen": {
                 "bed-2": {"state": "online", "since": "2026-11-21T08:00:00Z", "lastSeen": "2026-11-21T08:01:59Z",
                           "lastMinute": 60, "lastHour": 118,
                           "clockOffset": {"medianMillis": -3600000, "spreadMillis": 40, "samples": 32}},
                 "bed-10": {"state": "unknown", "lastMinute": 0, "lastHour": 0,
                            "lastRejects": [{"at": "2026-11-21T08:01:00Z", "reason": "WRONG_UNIT"}]}}}}
            """;

    private static String printed(Consumer<PrintStream> printing) {
        var bytes = new ByteArrayOutputStream();
        printing.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode status() throws Exception {
        return new ObjectMapper().readTree(STATUS);
    }

    @Test
    void the_table_has_a_line_for_each_device() throws Exception {
        JsonNode status = status();

        assertThat(printed(out -> DevicesCommand.table(status, out)).lines())
                .containsExactly(
                        "DEVICE  STATE               LAST SEEN  PER MIN  LAST HOUR  REJECTS  CLOCK OFFSET",
                        "bed-2   online              1 s        60       118        0        -1 h ± 40 ms",
                        "bed-10  not connected here  -          0        0          3        -");
    }

    @Test
    void one_device_comes_with_its_last_rejects_and_what_to_do() throws Exception {
        JsonNode status = status();

        assertThat(printed(out -> DevicesCommand.detail(status, "bed-10", out)))
                .contains("3 since the start", "2 WRONG_UNIT: ", "change the unit at the device")
                .contains("2026-11-21T08:01:00Z  WRONG_UNIT")
                .contains("last seen  never");
        assertThat(printed(out -> DevicesCommand.detail(status, "bed-2", out)))
                .contains("online since 2026-11-21T08:00:00Z", "-1 h ± 40 ms (32 readings)", "rejects    none");
    }

    @Test
    void a_clock_that_is_wrong_is_said_in_plain_words() throws Exception {
        String wrong = STATUS.replace("\"samples\": 32", "\"samples\": 32, \"correctionMillis\": 3600000");
        String jumping = STATUS.replace("\"samples\": 32", "\"samples\": 32, \"unsteady\": true");

        assertThat(printed(out -> table(wrong, out))).contains("-1 h ± 40 ms, 1 h behind: times are put right");
        assertThat(printed(out -> table(jumping, out))).contains("jumps: times are kept as said");
    }

    private static void table(String status, PrintStream out) {
        try {
            DevicesCommand.table(new ObjectMapper().readTree(status), out);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_device_that_is_not_known_is_named() {
        assertThatThrownBy(() -> DevicesCommand.detail(status(), "bed-3", System.out))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("bed-3");
    }

    @ParameterizedTest
    @EnumSource
    void for_every_reason_there_is_something_to_do(RejectReason reason) {
        assertThat(DevicesCommand.advice(reason)).contains(";");
    }
}
