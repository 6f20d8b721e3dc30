package org.fieldward.edge.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what goes to disk with AES-256-GCM, which is its checksum too. Each run of the agent has its own key, made of
 * the master key and a random salt, so that a counter is a nonce that never repeats. Layout: salt (16 bytes), counter (8),
 * cipher text, tag (16).
 */
public final class Seal {

    static final int KEY_BYTES = 32;
    public static final int OVERHEAD_BYTES = 40;

    private static final int SALT_BYTES = 16;

    private final SecretKeySpec master;
    private final byte[] label;
    private final byte[] salt = new byte[SALT_BYTES];
    private final SecretKeySpec runKey;
    private long counter;

    /** To look one up costs as much as to use it, and a row may be small; each is used under a lock. */
    private final Cipher sealing = lookUp();

    private final Cipher opening = lookUp();

    private byte[] openSalt;
    private SecretKeySpec openKey;

    Seal(byte[] masterKey, String purpose, SecureRandom random) {
        label = ("fieldward/" + purpose + "/v1\0").getBytes(StandardCharsets.UTF_8);
        master = new SecretKeySpec(masterKey, "HmacSHA256");
        random.nextBytes(salt);
        runKey = derive(salt);
        openSalt = salt;
        openKey = runKey;
    }

    /** @param bound what the bytes belong to; they open only with the same */
    public synchronized byte[] seal(byte[] plain, byte[] bound) {
        var out = ByteBuffer.allocate(plain.length + OVERHEAD_BYTES);
        // Taken before it is used: whatever fails, no nonce is used twice.
        long nonce = counter++;
        out.put(salt).putLong(nonce);
        try {
            Cipher cipher = begun(sealing, Cipher.ENCRYPT_MODE, runKey, nonce);
            cipher.updateAAD(bound);
            cipher.doFinal(ByteBuffer.wrap(plain), out);
        } catch (GeneralSecurityException e) {
            throw new SealException("could not encrypt", e);
        }
        return out.array();
    }

    /** Throws if a single bit of the bytes, or what they are bound to, is not what was sealed. */
    public byte[] open(byte[] sealed, byte[] bound) throws GeneralSecurityException {
        if (sealed.length < OVERHEAD_BYTES) {
            throw new GeneralSecurityException("too short to be sealed: " + sealed.length + " bytes");
        }
        SecretKeySpec key = keyOf(Arrays.copyOf(sealed, SALT_BYTES));
        synchronized (opening) {
            Cipher cipher = begun(
                    opening, Cipher.DECRYPT_MODE, key, ByteBuffer.wrap(sealed).getLong(SALT_BYTES));
            cipher.updateAAD(bound);
            return cipher.doFinal(sealed, SALT_BYTES + 8, sealed.length - SALT_BYTES - 8);
        }
    }

    private synchronized SecretKeySpec keyOf(byte[] wanted) {
        if (!Arrays.equals(wanted, openSalt)) {
            openSalt = wanted;
            openKey = derive(wanted);
        }
        return openKey;
    }

    private SecretKeySpec derive(byte[] ofSalt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(master);
            mac.update(label);
            return new SecretKeySpec(mac.doFinal(ofSalt), "AES");
        } catch (GeneralSecurityException e) {
            throw new SealException("this JDK has no HMAC-SHA-256", e);
        }
    }

    private static Cipher lookUp() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new SealException("this JDK has no AES-GCM", e);
        }
    }

    private static Cipher begun(Cipher cipher, int mode, SecretKeySpec key, long nonce)
            throws GeneralSecurityException {
        byte[] bytes = ByteBuffer.allocate(12).putInt(0).putLong(nonce).array();
        cipher.init(mode, key, new GCMParameterSpec(128, bytes));
        return cipher;
    }
}
