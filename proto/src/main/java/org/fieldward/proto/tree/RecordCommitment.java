package org.fieldward.proto.tree;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Commits to a record without giving it away: {@code HMAC-SHA-256(salt, "fieldward/record-commitment/v1" || 0x00 ||
 * SHA-256(record))}. Vital signs have so few possible values that a bare hash could be guessed. Not thread-safe: make one
 * per thread.
 */
public final class RecordCommitment {

    public static final int SALT_BYTES = 32;

    private static final byte[] LABEL = "fieldward/record-commitment/v1\0".getBytes(StandardCharsets.UTF_8);

    private final MessageDigest digest;
    private final Mac mac;

    public RecordCommitment() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
            mac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
        try {
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK takes a 32-byte HMAC key", e);
        }
        mac.update(LABEL);
        mac.update(digest.digest(record));
        return mac.doFinal();
    }
}
