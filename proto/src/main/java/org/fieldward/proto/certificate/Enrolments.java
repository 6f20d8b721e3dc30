package org.fieldward.proto.certificate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** What a gateway signs to prove that it holds the key it asks a certificate for; see link.proto. */
public final class Enrolments {

    private Enrolments() {}

    public static byte[] enrolProof(String gateway, String token, byte[] publicKey) {
        return join(utf8("fieldward/enrol/v1"), utf8(gateway), utf8(token), publicKey);
    }

    public static byte[] renewProof(String gateway, byte[] publicKey) {
        return join(utf8("fieldward/renew/v1"), utf8(gateway), publicKey);
    }

    public static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new CertificateException("this key cannot sign with SHA256withECDSA", e);
        }
    }

    /** False for any signature that does not hold, also one that is not even readable. */
    public static boolean verify(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                out.write(0);
            }
            out.writeBytes(parts[i]);
        }
        return out.toByteArray();
    }
}
