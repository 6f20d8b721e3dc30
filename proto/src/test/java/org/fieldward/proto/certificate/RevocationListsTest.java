package org.fieldward.proto.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.fieldward.proto.certificate.Subject.Purpose;
import org.junit.jupiter.api.Test;

class RevocationListsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofDays(180));
    private static final Duration WEEK = Duration.ofDays(7);

    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());
    private final Credential ward = maker.authority("ward authority", NOW, LATER);
    private final Credential clinic = maker.authority("clinic authority", NOW, LATER);
    private final List<X509Certificate> believed = List.of(ward.certificate(), clinic.certificate());

    private static String list(Credential authority, Duration life, boolean delta, X509Certificate... revoked)
            throws Exception {
        var builder = new JcaX509v2CRLBuilder(authority.certificate().getSubjectX500Principal(), Date.from(NOW));
        builder.setNextUpdate(Date.from(NOW.plus(life)));
        for (X509Certificate one : revoked) {
            builder.addCRLEntry(one.getSerialNumber(), Date.from(NOW), CRLReason.keyCompromise);
        }
        if (delta) {
            builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE));
        }
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key()))
                .getEncoded();
        return "-----BEGIN X509 CRL-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END X509 CRL-----\n";
    }

    private X509Certificate client(Credential authority, String name) {
        return maker.issue(authority, new Subject(name, Purpose.CLIENT, List.of()), NOW, LATER)
                .certificate();
    }

    @Test
    void a_certificate_is_revoked_if_its_own_authority_lists_its_number() throws Exception {
        X509Certificate lost = client(ward, "pump-3");
        X509Certificate kept = client(ward, "pump-3");
        var namesake = new CertificateNumber(clinic.certificate().getSubjectX500Principal(), lost.getSerialNumber());

        var lists = RevocationLists.of(
                "a word before\n" + list(clinic, WEEK.multipliedBy(2), false) + list(ward, WEEK, false, lost),
                believed);

        assertThat(lists.contains(CertificateNumber.of(lost))).isTrue();
        assertThat(lists.contains(CertificateNumber.of(kept))).isFalse();
        assertThat(lists.contains(namesake)).isFalse();
        assertThat(lists.due()).contains(NOW.plus(WEEK));
    }

    @Test
    void a_list_that_no_believed_authority_signed_is_refused_by_name() throws Exception {
        Credential stranger = maker.authority("ward authority", NOW, LATER);
        String forged = list(stranger, WEEK, false, client(ward, "pump-3"));

        assertThatThrownBy(() -> RevocationLists.of(forged, believed))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("ward authority");
    }

    @Test
    void a_certificate_that_may_not_sign_lists_signs_none() throws Exception {
        Credential server = maker.issue(ward, new Subject("localhost", Purpose.SERVER, List.of()), NOW, LATER);
        String list = list(server, WEEK, false, client(ward, "pump-3"));

        assertThatThrownBy(() -> RevocationLists.of(list, List.of(server.certificate())))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("localhost");
    }

    @Test
    void only_whole_lists_are_read() throws Exception {
        String delta = list(ward, WEEK, true);

        assertThatThrownBy(() -> RevocationLists.of(delta, believed)).hasMessageContaining("was a delta");
        assertThatThrownBy(() -> RevocationLists.of(Pem.write(ward.certificate()), believed))
                .hasMessageContaining("no '-----BEGIN X509 CRL-----' block");
        assertThatThrownBy(
                        () -> RevocationLists.of("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", believed))
                .hasMessageContaining("not an X.509 revocation list");
    }
}
