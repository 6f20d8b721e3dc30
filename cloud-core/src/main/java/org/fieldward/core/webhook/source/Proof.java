package org.fieldward.core.webhook.source;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;

/** What a source must show. Secrets are lists, so that the old one still counts while the new one is brought in. */
public sealed interface Proof {

    /** A value that must never reach a log. */
    record Secret(String reveal) {

        /** @throws IllegalArgumentException if it can be guessed */
        public Secret {
            if (reveal.length() < 16) {
                throw new IllegalArgumentException("a source's secret must have at least 16 characters");
            }
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /** {@code Authorization: Bearer TOKEN}. */
    record Bearer(List<Secret> tokens) implements Proof {
        public Bearer {
            tokens = List.copyOf(tokens);
        }
    }

    /** {@code Authorization: Basic} with {@code USER:PASSWORD}. */
    record Basic(List<Secret> logins) implements Proof {
        public Basic {
            logins = List.copyOf(logins);
        }
    }

    /** HMAC-SHA256 of the time and the body. */
    record Hmac(List<Secret> keys) implements Proof {
        public Hmac {
            keys = List.copyOf(keys);
        }
    }

    /** A client certificate, by its SHA-256 in small hexadecimal digits, or by its subject (RFC 2253). */
    record Certificate(List<String> names) implements Proof {
        public Certificate {
            names = List.copyOf(names);
        }
    }

    /** Compares in a time that tells nothing: hashes have one length. */
    static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(hash(one), hash(other));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
