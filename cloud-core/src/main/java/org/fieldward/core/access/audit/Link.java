package org.fieldward.core.access.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** The hash that chains an entry to the one before: SHA-256 over a label, number, bytes and that one's hash. */
final class Link {

    static final byte[] FIRST = new byte[32];
    private static final byte[] LABEL = "fieldward audit 1\0".getBytes(StandardCharsets.US_ASCII);

    private Link() {}

    static byte[] hash(long number, String entry, byte[] previous) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(LABEL);
            sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            sha256.update(previous);
            sha256.update(entry.getBytes(StandardCharsets.UTF_8));
            return sha256.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
