package org.fieldward.proto.certificate;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Makes keys (EC P-256) and certificates (X.509 v3, SHA256withECDSA; RFC 5280). Thread-safe. */
public final class CertificateMaker {

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";

    private static final ByteString VERSION_3 = Der.tagged(0, Der.integer(BigInteger.TWO));
    private static final ByteString ECDSA_WITH_SHA256 = Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));

    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final String OCTET = "(25[0-5]|(2[0-4]|1[0-9]|[1-9])?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern WITH_COLONS = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final SecureRandom random;

    public CertificateMaker(SecureRandom random) {
        this.random = random;
    }

    public KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new CertificateException("this JDK cannot make EC P-256 keys", e);
        }
    }

    /** A self-signed authority that may sign end certificates and nothing below them. */
    public Credential authority(String commonName, Instant from, Instant until) {
        KeyPair keys = keyPair();
        ByteString name = name(commonName);
        try {
            ByteString extensions = Der.sequence(
                    critical(BASIC_CONSTRAINTS, Der.sequence(Der.TRUE, Der.integer(BigInteger.ZERO))),
                    // keyCertSign and cRLSign, RFC 5280, 4.2.1.3: bits 5 and 6.
                    critical(KEY_USAGE, Der.bits(1, single(0b0000_0110))),
                    extension(SUBJECT_KEY_IDENTIFIER, Der.octets(keyIdentifier(keys.getPublic()))));
            ByteString body = body(name, name, keys.getPublic(), validity(from, until), extensions);
            return new Credential(keys.getPrivate(), List.of(sign(body, keys.getPrivate())));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("could not make the authority '" + commonName + "'", e);
        }
    }

    /** An end certificate for somebody else's public key. */
    public X509Certificate issue(Credential authority, Subject subject, PublicKey key, Instant from, Instant until) {
        X509Certificate issuer = authority.certificate();
        // RFC 5280, 4.2.1.12: id-kp-serverAuth and id-kp-clientAuth.
        String purpose = switch (subject.purpose()) {
            case SERVER -> "1.3.6.1.5.5.7.3.1";
            case CLIENT -> "1.3.6.1.5.5.7.3.2";
        };
        try {
            var extensions = new ArrayList<ByteString>();
            extensions.add(critical(BASIC_CONSTRAINTS, Der.sequence()));
            // digitalSignature: bit 0.
            extensions.add(critical(KEY_USAGE, Der.bits(7, single(0b1000_0000))));
            extensions.add(extension(EXTENDED_KEY_USAGE, Der.sequence(Der.identifier(purpose))));
            extensions.add(extension(SUBJECT_KEY_IDENTIFIER, Der.octets(keyIdentifier(key))));
            extensions.add(extension(
                    AUTHORITY_KEY_IDENTIFIER, Der.sequence(Der.tagInstead(0, keyIdentifier(issuer.getPublicKey())))));
            if (!subject.names().isEmpty()) {
                ByteString[] names = subject.names().stream()
                        .map(CertificateMaker::alternative)
                        .toArray(ByteString[]::new);
                extensions.add(extension(SUBJECT_ALTERNATIVE_NAME, Der.sequence(names)));
            }
            ByteString body = body(
                    ByteString.copyFrom(issuer.getSubjectX500Principal().getEncoded()),
                    name(subject.commonName()),
                    key,
                    validity(from, until),
                    Der.sequence(extensions.toArray(ByteString[]::new)));
            return sign(body, authority.key());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("could not issue a certificate to '" + subject.commonName() + "'", e);
        }
    }

    /** A fresh key and its certificate in one step; the chain ends with the authority's own. */
    public Credential issue(Credential authority, Subject subject, Instant from, Instant until) {
        KeyPair keys = keyPair();
        X509Certificate own = issue(authority, subject, keys.getPublic(), from, until);
        return new Credential(keys.getPrivate(), List.of(own, authority.certificate()));
    }

    /** RFC 5280, 4.1.2. */
    private ByteString body(
            ByteString issuer, ByteString subject, PublicKey key, ByteString validity, ByteString extensions) {
        // Section 4.1.2.2: positive, at most 20 octets; 64 random bits or more so that it cannot be guessed.
        BigInteger serial = new BigInteger(127, random).setBit(126);
        return Der.sequence(
                VERSION_3,
                Der.integer(serial),
                ECDSA_WITH_SHA256,
                issuer,
                validity,
                subject,
                ByteString.copyFrom(key.getEncoded()),
                Der.tagged(3, extensions));
    }

    private X509Certificate sign(ByteString body, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key, random);
        signature.update(body.asReadOnlyByteBuffer());
        ByteString whole = Der.sequence(body, ECDSA_WITH_SHA256, Der.bits(0, ByteString.copyFrom(signature.sign())));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(whole.newInput());
    }

    private static ByteString validity(Instant from, Instant until) {
        return Der.sequence(Der.time(from), Der.time(until));
    }

    private static ByteString name(String commonName) {
        return Der.sequence(Der.setOf(Der.sequence(Der.identifier(COMMON_NAME), Der.text(commonName))));
    }

    private static ByteString critical(String identifier, ByteString value) {
        return Der.sequence(Der.identifier(identifier), Der.TRUE, Der.octets(value));
    }

    private static ByteString extension(String identifier, ByteString value) {
        return Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    /** RFC 5280, 4.2.1.2, method 1: a name for the key and no proof of anything, which is why SHA-1 will do. */
    private static ByteString keyIdentifier(PublicKey key) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        digest.update(Der.keyBits(ByteString.copyFrom(key.getEncoded())).asReadOnlyByteBuffer());
        return ByteString.copyFrom(digest.digest());
    }

    private static ByteString single(int bits) {
        return ByteString.copyFrom(new byte[] {(byte) bits});
    }

    /** RFC 5280, 4.2.1.6: dNSName is choice 2, iPAddress choice 7. */
    private static ByteString alternative(String name) {
        boolean isAddress = DIGITS_AND_DOTS.matcher(name).matches()
                || WITH_COLONS.matcher(name).matches();
        return isAddress
                ? Der.tagInstead(7, address(name))
                : Der.tagInstead(2, ByteString.copyFrom(name, StandardCharsets.US_ASCII));
    }

    private static ByteString address(String text) {
        try {
            // The JDK would ask the network about what only looks like an address.
            if (text.contains(":") || IPV4.matcher(text).matches()) {
                return ByteString.copyFrom(InetAddress.getByName(text).getAddress());
            }
        } catch (UnknownHostException e) {
            throw new CertificateException("'" + text + "' is no IP address", e);
        }
        throw new CertificateException("'" + text + "' is no IP address");
    }
}
