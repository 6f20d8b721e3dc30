package org.fieldward.edge.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;
import org.fieldward.proto.certificate.Pem;

/**
 * Trusts the one CA that was named at enrolment and nobody else. Dates are judged by the time it is given; a gateway that
 * does not know the time gives none, because a clock in 1970 must not cut it off from the core that would set it. The
 * name in the certificate is checked by TLS itself.
 */
public final class PinnedTrust implements X509TrustManager {

    private final Predicate<X509Certificate> isAuthority;
    private final Supplier<Optional<Instant>> now;

    private PinnedTrust(Predicate<X509Certificate> isAuthority, Supplier<Optional<Instant>> now) {
        this.isAuthority = isAuthority;
        this.now = now;
    }

    /** @param sha256 of the CA certificate's DER, 64 hex digits, colons allowed */
    public static PinnedTrust fingerprint(String sha256, Supplier<Optional<Instant>> now) {
        String wanted = sha256.replace(":", "").toLowerCase(Locale.ROOT);
        if (wanted.length() != 64 || !wanted.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "ca-fingerprint must be 64 hex digits (SHA-256), was " + wanted.length() + " characters");
        }
        return new PinnedTrust(candidate -> Pem.fingerprint(candidate).equals(wanted), now);
    }

    public static PinnedTrust authority(X509Certificate authority, Supplier<Optional<Instant>> now) {
        return new PinnedTrust(authority::equals, now);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        X509Certificate own = chain[0];
        X509Certificate anchor = Arrays.stream(chain)
                .filter(isAuthority)
                .findFirst()
                .orElseThrow(() -> new CertificateException(
                        "the core's certificate is not of the CA that this gateway was told to trust; its chain ends with "
                                + Pem.fingerprint(chain[chain.length - 1])));
        try {
            var parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            parameters.setRevocationEnabled(false);
            Instant at =
                    now.get().orElseGet(() -> own.getNotBefore().toInstant().plusSeconds(1));
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(own)), parameters);
            anchor.checkValidity(parameters.getDate());
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the core's certificate does not hold: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this trusts servers only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
