package org.fieldward.edge.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferWindowTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *         | 2026-11-21T12:34 | true",
                "* 22-23,0-5 * * * | 2026-11-21T22:00 | true",
                "* 22-23,0-5 * * * | 2026-11-21T05:59 | true",
                "* 22-23,0-5 * * * | 2026-11-21T06:00 | false",
                "*/15 * * * *      | 2026-11-21T12:45 | true",
                "*/15 * * * *      | 2026-11-21T12:46 | false",
                "5/20 * * * *      | 2026-11-21T12:25 | true",
                "5-30/20 * * * *   | 2026-11-21T12:45 | false",
                "0 0 1 1 *         | 2026-01-01T00:00 | true",
                "0 0 1 1 *         | 2026-02-01T00:00 | false",
                "* * * * 6         | 2026-11-21T12:00 | true",
                "* * * * 7         | 2026-11-22T12:00 | true",
                "* * * * 0         | 2026-11-22T12:00 | true",
                "* * * * 1-5       | 2026-11-21T12:00 | false",
                "* * 13 * 6        | 2026-11-21T12:00 | true",
                "* * 13 * 6        | 2026-11-13T12:00 | true",
                "* * 13 * 6        | 2026-11-12T12:00 | false",
                "* * */2 * 6       | 2026-11-14T12:00 | false"
            })
    void an_expression_names_the_minutes_that_it_says(String expression, LocalDateTime minute, boolean named) {
        assertThat(Cron.of(expression).names(minute)).isEqualTo(named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "5-1 * * * *",
                "1,,2 * * * *",
                "*/0 * * * *",
                "1/2/3 * * * *",
                "1-2-3 * * * *",
                "-1 * * * *",
                "MON * * * *",
                "1.5 * * * *",
                "*5 * * * *"
            })
    void what_is_no_expression_is_refused_with_the_field_and_the_rule(String expression) {
        assertThatThrownBy(() -> Cron.of(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must");
    }

    @Test
    void the_window_is_by_the_clock_on_the_wall_of_its_zone() {
        var window = window("* 22-23 * * *", 1);

        assertThat(window.isOpen(Instant.parse("2026-07-01T20:00:00Z")))
                .as("summer")
                .isTrue();
        assertThat(window.isOpen(Instant.parse("2026-12-01T20:30:00Z")))
                .as("winter")
                .isFalse();
        assertThat(window.isOpen(Instant.parse("2026-12-01T22:59:59Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-12-01T23:00:00Z"))).isFalse();
    }

    @Test
    void it_stays_open_for_its_minutes_also_over_midnight_and_a_changed_clock() {
        var window = window("0 22 * * *", 480);

        assertThat(window.isOpen(Instant.parse("2026-12-01T20:59:59Z"))).isFalse();
        assertThat(window.isOpen(Instant.parse("2026-12-01T21:00:00Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-12-02T04:59:59Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-12-02T05:00:00Z"))).isFalse();
        // In the night to 29 March 2026 Berlin has no hour from two to three.
        assertThat(openMinutes(window, "2026-03-28T12:00:00Z")).isEqualTo(480);
        assertThat(openMinutes(window, "2026-10-24T12:00:00Z")).isEqualTo(480);
    }

    @Test
    void the_gate_looks_again_each_minute() {
        var gate = new TransferGate(Optional.of(window("30 12 * * *", 1)));

        assertThat(gate.isOpen(Instant.parse("2026-12-01T11:29:59Z"))).isFalse();
        assertThat(gate.isOpen(Instant.parse("2026-12-01T11:30:00Z"))).isTrue();
        assertThat(gate.isOpen(Instant.parse("2026-12-01T11:30:59Z"))).isTrue();
        assertThat(gate.isOpen(Instant.parse("2026-12-01T11:31:00Z"))).isFalse();
    }

    private static long openMinutes(TransferWindow window, String from) {
        return IntStream.range(0, 24 * 60)
                .filter(minute -> window.isOpen(Instant.parse(from).plus(Duration.ofMinutes(minute))))
                .count();
    }

    private static TransferWindow window(String expression, int minutes) {
        return new TransferWindow(Cron.of(expression), BERLIN, Duration.ofMinutes(minutes));
    }
}
