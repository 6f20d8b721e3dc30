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
    private final byte[] inner = new byte[BLOCK_BYTES];
    private final byte[] outer = new byte[BLOCK_BYTES];

    public RecordCommitment() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        Arrays.fill(inner, INNER_PAD);
        Arrays.fill(outer, OUTER_PAD);
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
        byte[] hash = digest.digest(record);
        digest.update(inner);
        digest.update(LABEL);
        digest.update(hash);
        hashInto(hash);
        digest.update(outer);
        digest.update(hash);
        hashInto(hash);
        return hash;
    }

    private void hashInto(byte[] hash) {
        try {
            digest.digest(hash, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
    }
}
