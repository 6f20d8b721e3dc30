package org.fieldward.proto.tree;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Commits to a record without giving it away: {@code HMAC-SHA-256(salt, "fieldward/record-commitment/v1" || 0x00 ||
 * SHA-256(record))}. Vital signs have so few possible values that a bare hash could be guessed. Not thread-safe: make one
 * per thread.
 */
public final class RecordCommitment {

    public static final int SALT_BYTES = 32;

    private static final byte[] LABEL = "fieldward/record-commitment/v1\0".getBytes(StandardCharsets.UTF_8);

    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;
    private static final int BLOCK_BYTES = 64;
    private static final int HASH_BYTES = 32;

    private final MessageDigest digest;

    /** What the inner digest is made of: the padded salt, the label, the hash of the record. */
    private final byte[] inner = new byte[BLOCK_BYTES + LABEL.length + HASH_BYTES];

    /** What the outer digest is made of: the padded salt, the inner digest. */
    private final byte[] outer = new byte[BLOCK_BYTES + HASH_BYTES];

    public RecordCommitment() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        Arrays.fill(inner, 0, BLOCK_BYTES, INNER_PAD);
        Arrays.fill(outer, 0, BLOCK_BYTES, OUTER_PAD);
        System.arraycopy(LABEL, 0, inner, BLOCK_BYTES, LABEL.length);
    }

    /**
     * @param salt 32 random bytes, one per record version
     * @param record the exact stored bytes
     * @return 32 bytes
     */
    public byte[] of(byte[] salt, byte[] record) {
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("salt must be 32 bytes, was " + salt.length);
        }
        // HMAC (RFC 2104) by hand: the JDK's asks for a key object, and checks it, for each of a hundred thousand a
        // second.
        for (int i = 0; i < SALT_BYTES; i++) {
            inner[i] = (byte) (salt[i] ^ INNER_PAD);
            outer[i] = (byte) (salt[i] ^ OUTER_PAD);
        }
        digest.update(record);
        digestInto(inner, BLOCK_BYTES + LABEL.length);
        digest.update(inner);
        digestInto(outer, BLOCK_BYTES);
        return digest.digest(outer);
    }

    private void digestInto(byte[] bytes, int at) {
        try {
            digest.digest(bytes, at, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
    }
}
