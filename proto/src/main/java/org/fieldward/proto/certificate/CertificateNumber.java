package org.fieldward.proto.certificate;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/** What no two certificates have in common (RFC 5280, section 4.1.2.2): who signed it, and the number given to it. */
public record CertificateNumber(X500Principal issuer, BigInteger serial) {

    public static CertificateNumber of(X509Certificate certificate) {
        return new CertificateNumber(certificate.getIssuerX500Principal(), certificate.getSerialNumber());
    }
}
