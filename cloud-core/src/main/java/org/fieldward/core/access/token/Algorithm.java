package org.fieldward.core.access.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** The signatures that may be pinned (RFC 7518, RFC 8037). A key of another kind verifies nothing. */
public enum Algorithm {
    RS256(JWSAlgorithm.RS256),
    PS256(JWSAlgorithm.PS256),
    ES256(JWSAlgorithm.ES256),
    /** Ed25519 by the JDK: the library would need another one for it. */
    EDDSA(JWSAlgorithm.EdDSA);

    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int MIN_RSA_BITS = 2_048;

    private final JWSAlgorithm name;

    Algorithm(JWSAlgorithm name) {
        this.name = name;
    }

    /** As tokens spell it. */
    public String text() {
        return name.getName();
    }

    public static Algorithm of(String text) {
        for (Algorithm algorithm : values()) {
            if (algorithm.text().equals(text)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("access.algorithm must be RS256, PS256, ES256 or EdDSA, was '" + text + "'");
    }

    boolean is(JWSAlgorithm other) {
        return name.equals(other);
    }

    boolean verifies(JWSObject token, JWK key) {
        try {
            return switch (this) {
                case RS256, PS256 ->
                    key instanceof RSAKey rsa
                            && rsa.size() >= MIN_RSA_BITS
                            && token.verify(new RSASSAVerifier(rsa.toRSAPublicKey()));
                case ES256 -> key instanceof ECKey ec && token.verify(new ECDSAVerifier(ec.toECPublicKey()));
                case EDDSA -> key instanceof OctetKeyPair pair && edwards(token, pair);
            };
        } catch (JOSEException | GeneralSecurityException e) {
            // A signature that cannot even be read is none.
            return false;
        }
    }

    private static boolean edwards(JWSObject token, OctetKeyPair pair) throws GeneralSecurityException {
        var encoded = new ByteArrayOutputStream();
        encoded.writeBytes(ED25519);
        encoded.writeBytes(pair.getDecodedX());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.toByteArray())));
        signature.update(token.getSigningInput());
        return signature.verify(token.getSignature().decode());
    }
}
