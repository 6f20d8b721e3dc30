package org.fieldward.core.distribution.rest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.core.distribution.search.Searchable;

/**
 * Seals where a search stands into a link, so that the server keeps nothing and the link shows no patient. A changed
 * link opens to nothing. Every core with the same key reads every core's links. Thread-safe.
 */
public final class Cursors {

    private static final int NONCE = 12;
    private static final int MAX_LENGTH = 8_000;

    private final SecretKeySpec sealing;
    private final SecretKeySpec naming;

    /** @param key 32 secret bytes */
    public Cursors(byte[] key) {
        if (key.length != 32) {
            throw new IllegalArgumentException("the cursor key must be 32 bytes, was " + key.length);
        }
        sealing = new SecretKeySpec(mac(new SecretKeySpec(key, "HmacSHA256"), "seal"), "AES");
        naming = new SecretKeySpec(mac(new SecretKeySpec(key, "HmacSHA256"), "nonce"), "HmacSHA256");
    }

    public String seal(Searchable type, String cursor) {
        return seal(type.type(), cursor);
    }

    /** @param type what it is for: a link for one opens to nothing for another */
    public String seal(String type, String cursor) {
        // The nonce is made from the text: the same place has the same link, and no nonce ever seals two texts.
        byte[] nonce = Arrays.copyOf(mac(naming, type + "\n" + cursor), NONCE);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, type, nonce).doFinal(cursor.getBytes(StandardCharsets.UTF_8));
            byte[] link = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, link, NONCE, sealed.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(link);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** @return empty for anything that this key did not seal for this type */
    public Optional<String> open(Searchable type, String link) {
        return open(type.type(), link);
    }

    /** @return empty for anything that this key did not seal for this type */
    public Optional<String> open(String type, String link) {
        if (link.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(link);
            if (sealed.length < NONCE) {
                return Optional.empty();
            }
            byte[] text = cipher(Cipher.DECRYPT_MODE, type, Arrays.copyOf(sealed, NONCE))
                    .doFinal(sealed, NONCE, sealed.length - NONCE);
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException tampered) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String type, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealing, new GCMParameterSpec(128, nonce));
        cipher.updateAAD(type.getBytes(StandardCharsets.UTF_8));
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
