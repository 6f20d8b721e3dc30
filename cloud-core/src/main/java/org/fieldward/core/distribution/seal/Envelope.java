package org.fieldward.core.distribution.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates text with AES-256-GCM (NIST SP 800-38D): nonce (12 bytes), cipher text, tag (16), in base64
 * for addresses. Every core with the same key opens what another sealed. Thread-safe; prints no secret.
 */
public final class Envelope {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec sealing;
    private final SecretKeySpec naming;

    /** @param key 32 secret bytes that serve nothing else */
    public Envelope(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key that seals must be " + KEY_BYTES + " bytes, was " + key.length);
        }
        var master = new SecretKeySpec(key, "HmacSHA256");
        sealing = new SecretKeySpec(mac(master, "seal"), "AES");
        naming = new SecretKeySpec(mac(master, "nonce"), "HmacSHA256");
    }

    /** For a key that serves something else too: what is sealed for one purpose opens for no other. */
    public static Envelope of(byte[] sharedKey, String purpose) {
        return new Envelope(mac(new SecretKeySpec(sharedKey, "HmacSHA256"), purpose));
    }

    /** @param bound what it is for: it opens with the same only */
    public String seal(String bound, String text) {
        // The nonce is made from the text: the same text is sealed the same way, and no nonce ever seals two texts.
        byte[] nonce = Arrays.copyOf(mac(naming, bound + "\n" + text), NONCE_BYTES);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, bound, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** @return empty for anything that this key did not seal for just this */
    public Optional<String> open(String bound, String sealed) {
        try {
            byte[] whole = Base64.getUrlDecoder().decode(sealed);
            if (whole.length < NONCE_BYTES) {
                return Optional.empty();
            }
            byte[] text = cipher(Cipher.DECRYPT_MODE, bound, Arrays.copyOf(whole, NONCE_BYTES))
                    .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String bound, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
