package org.fieldward.proto.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class RecordCommitmentTest {

    @Test
    void it_is_the_hmac_of_label_and_digest_under_the_salt() throws GeneralSecurityException {
        var random = new Random(3);
        var commitment = new RecordCommitment();
        for (int size : new int[] {0, 1, 55, 56, 64, 150, 70_000}) {
            byte[] salt = new byte[32];
            byte[] record = new byte[size];
            random.nextBytes(salt);
            random.nextBytes(record);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            mac.update("fieldward/record-commitment/v1\0".getBytes(StandardCharsets.UTF_8));
            mac.update(MessageDigest.getInstance("SHA-256").digest(record));
            assertThat(commitment.of(salt, record)).isEqualTo(mac.doFinal());
        }
    }

    @Test
    void a_salt_of_another_length_is_refused() {
        assertThatThrownBy(() -> new RecordCommitment().of(new byte[31], new byte[1]))
                .hasMessageContaining("salt must be 32 bytes, was 31");
    }
}
