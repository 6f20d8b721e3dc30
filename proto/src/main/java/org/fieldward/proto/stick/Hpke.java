package org.fieldward.proto.stick;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Public-key encryption of a row of messages: HPKE of RFC 9180 in its base mode, with DHKEM(P-256, HKDF-SHA256),
 * HKDF-SHA256 and AES-256-GCM. Messages open only in the order in which they were sealed. For one thread.
 */
final class Hpke {

    /** Of an encapsulated key. */
    static final int KEY_BYTES = 65;

    static final int TAG_BYTES = 16;

    private static final int COORDINATE_BYTES = 32;
    private static final int HASH_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final byte UNCOMPRESSED = 4;
    private static final byte BASE_MODE = 0;
    private static final byte[] KEM = join(ascii("KEM"), new byte[] {0, 0x10});
    private static final byte[] SUITE = join(ascii("HPKE"), new byte[] {0, 0x10, 0, 1, 0, 2});
    private static final byte[] NOTHING = new byte[0];

    private final SecretKeySpec key;
    private final byte[] baseNonce;
    private long sequence;

    private Hpke(byte[] sharedSecret, byte[] info) throws GeneralSecurityException {
        byte[] context = join(
                new byte[] {BASE_MODE},
                extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
                extract(SUITE, NOTHING, "info_hash", info));
        byte[] secret = extract(SUITE, sharedSecret, "secret", NOTHING);
        key = new SecretKeySpec(expand(SUITE, secret, "key", context, 32), "AES");
        baseNonce = expand(SUITE, secret, "base_nonce", context, NONCE_BYTES);
    }

    /** @param ephemeral fresh for this context: two with the same would have the same key and nonces */
    static Hpke sender(KeyPair ephemeral, PublicKey recipient, byte[] info) throws GeneralSecurityException {
        byte[] shared = agree(ephemeral.getPrivate(), recipient);
        return new Hpke(secret(shared, point(ephemeral.getPublic()), point(recipient)), info);
    }

    /** Throws if the encapsulated key is no point of the curve. */
    static Hpke recipient(byte[] encapsulated, PrivateKey own, PublicKey ownPublic, byte[] info)
            throws GeneralSecurityException {
        byte[] shared = agree(own, publicKey(encapsulated));
        return new Hpke(secret(shared, encapsulated, point(ownPublic)), info);
    }

    byte[] seal(byte[] bound, byte[] plain) throws GeneralSecurityException {
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, bound).doFinal(plain);
        sequence++;
        return sealed;
    }

    /** Throws if a bit of it, of what it is bound to, or its place in the row is not as it was sealed. */
    byte[] open(byte[] bound, byte[] sealed) throws GeneralSecurityException {
        byte[] plain = cipher(Cipher.DECRYPT_MODE, bound).doFinal(sealed);
        sequence++;
        return plain;
    }

    private Cipher cipher(int mode, byte[] bound) throws GeneralSecurityException {
        byte[] nonce = baseNonce.clone();
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[NONCE_BYTES - 1 - i] ^= (byte) (sequence >>> 8 * i);
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }

    /** SEC 1, 2.3.3: uncompressed. */
    static byte[] point(PublicKey key) throws GeneralSecurityException {
        if (!(key instanceof ECPublicKey ec) || ec.getParams().getOrder().bitLength() != 8 * COORDINATE_BYTES) {
            throw new GeneralSecurityException("the key must be EC P-256");
        }
        return ByteBuffer.allocate(KEY_BYTES)
                .put(UNCOMPRESSED)
                .put(coordinate(ec.getW().getAffineX()))
                .put(coordinate(ec.getW().getAffineY()))
                .array();
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[COORDINATE_BYTES];
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
        return padded;
    }

    private static PublicKey publicKey(byte[] point) throws GeneralSecurityException {
        if (point.length != KEY_BYTES || point[0] != UNCOMPRESSED) {
            throw new GeneralSecurityException("the encapsulated key must be an uncompressed point of P-256");
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        var at = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + COORDINATE_BYTES)),
                new BigInteger(1, Arrays.copyOfRange(point, 1 + COORDINATE_BYTES, KEY_BYTES)));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(at, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    /** The JDK refuses a point that is not on the curve. */
    private static byte[] agree(PrivateKey own, PublicKey other) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    private static byte[] secret(byte[] shared, byte[] encapsulated, byte[] recipient) throws GeneralSecurityException {
        byte[] prk = extract(KEM, NOTHING, "eae_prk", shared);
        return expand(KEM, prk, "shared_secret", join(encapsulated, recipient), HASH_BYTES);
    }

    private static byte[] extract(byte[] suite, byte[] salt, String label, byte[] material)
            throws GeneralSecurityException {
        return mac(
                salt.length == 0 ? new byte[HASH_BYTES] : salt, join(ascii("HPKE-v1"), suite, ascii(label), material));
    }

    /** RFC 5869 for at most one block, which is all that is needed here. */
    private static byte[] expand(byte[] suite, byte[] prk, String label, byte[] info, int length)
            throws GeneralSecurityException {
        byte[] labelled = join(new byte[] {0, (byte) length}, ascii("HPKE-v1"), suite, ascii(label), info);
        return Arrays.copyOf(mac(prk, join(labelled, new byte[] {1})), length);
    }

    private static byte[] mac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
