package org.fieldward.core.distribution.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {

    private static final byte[] KEY = new byte[32];
    private final Envelope envelope = new Envelope(KEY);

    @Test
    void what_is_sealed_opens_with_the_same_key_for_the_same_thing_only() {
        String sealed = envelope.seal("target 1", "a secret");

        assertThat(sealed).doesNotContain("secret");
        assertThat(new Envelope(KEY).open("target 1", sealed)).contains("a secret");
        assertThat(envelope.open("target 2", sealed)).isEmpty();
        assertThat(Envelope.of(KEY, "something else").open("target 1", sealed)).isEmpty();
    }

    @Test
    void a_single_bit_that_changed_anywhere_opens_to_nothing() {
        byte[] sealed = Base64.getUrlDecoder().decode(envelope.seal("target 1", "a secret"));
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(envelope.open("target 1", Base64.getUrlEncoder().encodeToString(changed)))
                    .isEmpty();
        }
    }

    @Test
    void anything_else_opens_to_nothing() {
        for (String other : new String[] {"", "A", "not base64!", "AAAA", "AAAAAAAAAAAAAAAA", "A".repeat(1_000)}) {
            assertThat(envelope.open("target 1", other)).isEmpty();
        }
    }

    @Test
    void a_key_of_another_length_is_refused() {
        assertThatThrownBy(() -> new Envelope(new byte[16])).hasMessageContaining("32 bytes, was 16");
    }
}
