package org.fieldward.edge.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultTest {

    @Test
    void what_a_device_wrote_is_shown_without_what_a_terminal_or_a_packet_cannot_take() {
        assertThat(Fault.invalid("a\u0000b\u001b[2Jc\ud800\ufffe must be é").detail())
                .isEqualTo("a?b?[2Jc?? must be é");
    }

    @Test
    void a_refusal_is_short_however_long_the_name_in_it() {
        assertThat(Fault.invalid("c".repeat(70_000)).detail()).hasSize(503).endsWith("...");
    }
}
