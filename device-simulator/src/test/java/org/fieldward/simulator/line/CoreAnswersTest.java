package org.fieldward.simulator.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CoreAnswersTest {

    @Test
    void an_event_may_hold_one_reading_or_many_or_none() {
        var first = new CoreAnswers.Accepted("a", Instant.parse("2026-11-21T10:00:00.5Z"));
        String reading =
                "{\"device\":\"a\",\"measured\":\"2026-01-01T00:00:00Z\",\"device_time\":\"2026-11-21T10:00:00.5Z\"}";

        assertThat(CoreAnswers.accepted(reading)).containsExactly(first);
        assertThat(CoreAnswers.accepted("{\"readings\":[" + reading + "," + reading + "]}"))
                .containsExactly(first, first);
        assertThat(CoreAnswers.accepted("{\"alarm\":\"x\"}")).isEmpty();
    }

    @Test
    void the_backlog_is_summed_over_gateways_and_lanes() {
        assertThat(CoreAnswers.backlog("[{\"backlog\":{\"vital\":3,\"alarm\":1}},{\"backlog\":5},{\"id\":9}]"))
                .isEqualTo(9);
    }

    @Test
    void an_export_line_that_is_no_reading_is_refused_without_being_shown() {
        assertThatThrownBy(() -> ExportCodec.decode("{\"device\":\"secret\"}"))
                .isInstanceOf(LineException.class)
                .hasMessageNotContaining("secret");
    }
}
