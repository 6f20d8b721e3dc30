package org.fieldward.proto.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MicrosTest {

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0",
        "2026-11-22T09:00:00.000001Z, 1795338000000001",
        "1969-12-31T23:59:59.999999Z, -1",
        "1969-12-31T23:59:59Z, -1000000"
    })
    void an_instant_is_counted_from_1970(Instant instant, long micros) {
        assertThat(Micros.of(instant)).isEqualTo(micros);
        assertThat(Micros.instant(micros)).isEqualTo(instant);
    }

    @Test
    void what_is_below_a_microsecond_is_left_out_towards_the_past() {
        assertThat(Micros.of(Instant.parse("2026-11-22T09:00:00.000001999Z"))).isEqualTo(1795338000000001L);
        assertThat(Micros.of(Instant.parse("1969-12-31T23:59:59.999999999Z"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE})
    void every_number_is_an_instant_and_comes_back(long micros) {
        assertThat(Micros.of(Micros.instant(micros))).isEqualTo(micros);
    }

    @Test
    void an_instant_that_no_number_can_say_is_refused() {
        assertThatThrownBy(() -> Micros.of(Instant.MAX)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Micros.of(Instant.MIN)).isInstanceOf(ArithmeticException.class);
    }
}
