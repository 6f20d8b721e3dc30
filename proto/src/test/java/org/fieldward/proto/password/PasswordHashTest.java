package org.fieldward.proto.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordHashTest {

    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();

    @Test
    void a_password_opens_its_own_hash_and_no_other() {
        assertThat(PasswordHash.of(PASSWORD, 1_000, random).matches(PASSWORD)).isTrue();
        assertThat(PasswordHash.of(new byte[] {1}, 1_000, random).matches(PASSWORD))
                .isFalse();
    }

    @Test
    void nobodys_hash_looks_like_any_other_costs_the_same_and_is_opened_by_nothing() {
        PasswordHash nobodys = PasswordHash.ofNobody(1_000, random);
        String[] part = nobodys.text().split("\\$", -1);
        String[] other = PasswordHash.of(PASSWORD, 1_000, random).text().split("\\$", -1);

        assertThat(part[1]).isEqualTo(other[1]);
        assertThat(part[2]).hasSameSizeAs(other[2]);
        assertThat(part[3]).hasSameSizeAs(other[3]);
        assertThat(nobodys.matches(PASSWORD)).isFalse();
        assertThat(nobodys.matches(new byte[0])).isFalse();
        assertThat(nobodys).isNotEqualTo(PasswordHash.ofNobody(1_000, random));
    }
}
