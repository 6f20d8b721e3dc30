package org.fieldward.core.access.person;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** What is kept of a secret with 256 random bits: enough to know it again. */
final class Digest {

    private Digest() {}

    static byte[] of(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String text(String secret) {
        return text(of(secret));
    }

    static String text(byte[] digest) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    static byte[] bytes(String id) {
        return Base64.getUrlDecoder().decode(id);
    }
}
