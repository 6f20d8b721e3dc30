package org.fieldward.core.intake.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.certificate.Subject.Purpose;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickReader;

/**
 * The core's own certificate authority: signs its gateways, its server and its receipts, and opens what was encrypted to
 * it. Thread-safe.
 */
public final class Authority {

    /** Clocks differ: a certificate must not be from the future for its owner. */
    private static final Duration SKEW = Duration.ofHours(1);

    private final Credential credential;
    private final CertificateMaker maker;
    private final InstantSource clock;

    public Authority(Credential credential, CertificateMaker maker, InstantSource clock) {
        this.credential = credential;
        this.maker = maker;
        this.clock = clock;
    }

    public X509Certificate certificate() {
        return credential.certificate();
    }

    /** The gateway's certificate first, then ours. */
    public List<X509Certificate> gateway(String name, PublicKey key, Duration life) {
        Instant now = clock.instant();
        X509Certificate own = maker.issue(
                credential, new Subject(name, Purpose.CLIENT, List.of()), key, now.minus(SKEW), now.plus(life));
        return List.of(own, certificate());
    }

    /** @param names DNS names and addresses under which gateways reach this core */
    public Credential server(List<String> names, Duration life) {
        Instant now = clock.instant();
        return maker.issue(
                credential, new Subject("fieldward-core", Purpose.SERVER, names), now.minus(SKEW), now.plus(life));
    }

    /** The head of a file that a gateway encrypted to us; what follows it is read from the same stream. */
    public StickReader open(InputStream file) throws IOException {
        return StickReader.open(file, credential);
    }

    /** The bytes of a receipt with our signature. */
    public byte[] sign(Receipt receipt) {
        return receipt.write(credential.key());
    }

    /** Whether we signed it, expired or not. */
    public boolean signed(X509Certificate certificate) {
        try {
            certificate.verify(certificate().getPublicKey());
            return certificate.getBasicConstraints() == -1;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
