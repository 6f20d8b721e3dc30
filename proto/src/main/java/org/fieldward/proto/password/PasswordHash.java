package org.fieldward.proto.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: {@code pbkdf2-sha256$iterations$salt$hash} (RFC 8018, PBKDF2 with HMAC-SHA-256), salt and hash
 * in base64. Never prints.
 */
public record PasswordHash(String text) {

    private static final String SCHEME = "pbkdf2-sha256";
    private static final int BITS = 256;
    private static final int SALT_BYTES = 16;
    private static final int MAX_ITERATIONS = 10_000_000;

    /** For a password that a person chose. */
    public static final int CHOSEN_ITERATIONS = 600_000;

    /**
     * For a password with 128 random bits or more, which cannot be guessed however cheap a guess is: from 112 bits on one
     * pass is enough (NIST SP 800-63B, section 5.1.2.2). A ward of thousands of devices must be able to log in again at
     * once after a power cut.
     */
    public static final int RANDOM_ITERATIONS = 1;

    public PasswordHash {
        String[] part = text.split("\\$", -1);
        boolean shaped = part.length == 4 && part[0].equals(SCHEME) && part[1].matches("[1-9][0-9]{0,7}");
        if (!shaped || Integer.parseInt(part[1]) > MAX_ITERATIONS) {
            throw new IllegalArgumentException("a password hash must be " + SCHEME + "$iterations$salt$hash");
        }
        Base64.getDecoder().decode(part[2]);
        Base64.getDecoder().decode(part[3]);
    }

    public static PasswordHash of(byte[] password, int iterations, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return written(iterations, salt, derive(password, salt, iterations));
    }

    /** One that nobody knows a password for; to find that out takes as long as with any other. Made at once. */
    public static PasswordHash ofNobody(int iterations, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] hash = new byte[BITS / 8];
        random.nextBytes(salt);
        random.nextBytes(hash);
        return written(iterations, salt, hash);
    }

    private static PasswordHash written(int iterations, byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder();
        return new PasswordHash(
                SCHEME + "$" + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash));
    }

    /** Slow on purpose; in constant time where it compares. */
    public boolean matches(byte[] password) {
        String[] part = text.split("\\$", -1);
        byte[] salt = Base64.getDecoder().decode(part[2]);
        byte[] expected = Base64.getDecoder().decode(part[3]);
        return MessageDigest.isEqual(expected, derive(password, salt, Integer.parseInt(part[1])));
    }

    private static byte[] derive(byte[] password, byte[] salt, int iterations) {
        // The JDK wants characters and encodes them as UTF-8; one character per byte keeps any binary password apart.
        char[] characters = new String(password, StandardCharsets.ISO_8859_1).toCharArray();
        try {
            var spec = new PBEKeySpec(characters, salt, iterations, BITS);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
