package org.fieldward.proto.certificate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Keys, certificates and revocation lists as text (RFC 7468), and what can be read from them. */
public final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private Pem() {}

    public static String write(List<X509Certificate> chain) {
        var text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            text.append(block("CERTIFICATE", der(certificate)));
        }
        return text.toString();
    }

    public static String write(X509Certificate... chain) {
        return write(List.of(chain));
    }

    /** PKCS #8, not encrypted: for a file that only its owner may read. */
    public static String write(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /** At least one, in the order of the text. */
    public static List<X509Certificate> certificates(String text) {
        var found = new ArrayList<X509Certificate>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals("CERTIFICATE")) {
                found.add(certificate(Base64.getMimeDecoder().decode(matcher.group(2))));
            }
        }
        if (found.isEmpty()) {
            throw new CertificateException("no '-----BEGIN CERTIFICATE-----' block found");
        }
        return List.copyOf(found);
    }

    /** Revocation lists, at least one, in the order of the text; nobody's signature is checked here. */
    public static List<X509CRL> revocationLists(String text) {
        var found = new ArrayList<X509CRL>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals("X509 CRL")) {
                found.add(revocationList(Base64.getMimeDecoder().decode(matcher.group(2))));
            }
        }
        if (found.isEmpty()) {
            throw new CertificateException("no '-----BEGIN X509 CRL-----' block found");
        }
        return List.copyOf(found);
    }

    private static X509CRL revocationList(byte[] der) {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("not an X.509 revocation list", e);
        }
    }

    /** One PKCS #8 key, EC or RSA. */
    public static PrivateKey privateKey(String text) {
        Matcher matcher = BLOCK.matcher(text);
        if (!matcher.find() || !matcher.group(1).equals("PRIVATE KEY")) {
            throw new CertificateException("no '-----BEGIN PRIVATE KEY-----' block found (PKCS #8, not encrypted)");
        }
        var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(2)));
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                // Not of this kind; the next one, or the error below.
                continue;
            }
        }
        throw new CertificateException("the private key is neither EC nor RSA");
    }

    public static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("not an X.509 certificate", e);
        }
    }

    public static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the certificate cannot be encoded", e);
        }
    }

    /** An EC public key from its SubjectPublicKeyInfo. */
    public static PublicKey publicKey(byte[] der) {
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("public key must be an EC SubjectPublicKeyInfo", e);
        }
    }

    /** SHA-256 of the DER, lower-case hex: what a person compares. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der(certificate)));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("this JDK has no SHA-256", e);
        }
    }

    public static String commonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> part.getValue().toString())
                            .findFirst()
                            .orElseThrow(() -> new CertificateException("the certificate has no common name"));
        } catch (InvalidNameException e) {
            throw new CertificateException("the certificate's subject cannot be read", e);
        }
    }

    private static String block(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
