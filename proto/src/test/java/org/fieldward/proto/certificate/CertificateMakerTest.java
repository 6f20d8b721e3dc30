package org.fieldward.proto.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.fieldward.proto.certificate.Subject.Purpose;
import org.junit.jupiter.api.Test;

class CertificateMakerTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofDays(180));

    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());
    private final Credential authority = maker.authority("Fieldward test CA", NOW, LATER);

    @Test
    void an_issued_certificate_is_signed_by_its_authority_and_by_no_other() throws Exception {
        X509Certificate own = maker.issue(authority, new Subject("gw-1", Purpose.CLIENT, List.of()), NOW, LATER)
                .certificate();

        own.verify(authority.certificate().getPublicKey());
        Credential stranger = maker.authority("Fieldward test CA", NOW, LATER);
        assertThatThrownBy(() -> own.verify(stranger.certificate().getPublicKey()))
                .isInstanceOf(SignatureException.class);
    }

    @Test
    void a_server_answers_to_its_names_and_addresses_and_cannot_pose_as_a_client() throws Exception {
        X509Certificate own = maker.issue(
                        authority,
                        new Subject("core", Purpose.SERVER, List.of("core.example.org", "127.0.0.1", "::1")),
                        NOW,
                        LATER)
                .certificate();

        assertThat(own.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("core.example.org", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(own.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(own.getBasicConstraints()).as("not an authority").isEqualTo(-1);
        own.checkValidity(Date.from(NOW.plusSeconds(1)));
    }

    @Test
    void what_is_made_is_byte_for_byte_what_another_library_makes_of_the_same() throws Exception {
        var server = new Subject("Größe #1, core", Purpose.SERVER, List.of("core.example.org", "10.0.0.1", "fe80::1"));
        Instant beyond2049 = Instant.parse("2051-01-01T00:00:00Z");
        for (X509Certificate made : List.of(
                authority.certificate(),
                maker.issue(authority, server, NOW, beyond2049).certificate(),
                maker.issue(authority, new Subject("gw-1", Purpose.CLIENT, List.of()), NOW, LATER)
                        .certificate())) {
            var read = Certificate.getInstance(made.getEncoded());
            assertThat(read.getEncoded("DER")).isEqualTo(made.getEncoded());
            Extensions extensions = read.getTBSCertificate().getExtensions();
            var theirs = new JcaX509ExtensionUtils();
            assertThat(SubjectKeyIdentifier.fromExtensions(extensions))
                    .isEqualTo(theirs.createSubjectKeyIdentifier(made.getPublicKey()));
            boolean isAuthority = made.getBasicConstraints() == 0;
            assertThat(BasicConstraints.fromExtensions(extensions))
                    .isEqualTo(isAuthority ? new BasicConstraints(0) : new BasicConstraints(false));
            assertThat(KeyUsage.fromExtensions(extensions))
                    .isEqualTo(new KeyUsage(
                            isAuthority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (!isAuthority) {
                assertThat(AuthorityKeyIdentifier.fromExtensions(extensions))
                        .isEqualTo(theirs.createAuthorityKeyIdentifier(
                                authority.certificate().getPublicKey()));
                assertThat(read.getIssuer()).isEqualTo(new X500Name("CN=Fieldward test CA"));
            }
        }
    }

    @Test
    void dates_from_2050_on_and_names_with_signs_are_kept() {
        Instant beyond2049 = Instant.parse("2051-01-01T00:00:00Z");
        X509Certificate own = maker.issue(
                        authority, new Subject("Größe #1, core", Purpose.SERVER, List.of()), NOW, beyond2049)
                .certificate();

        assertThat(own.getNotAfter().toInstant()).isEqualTo(beyond2049);
        assertThat(own.getNotBefore().toInstant()).isEqualTo(NOW);
        assertThat(Pem.commonName(own)).isEqualTo("Größe #1, core");
    }

    @Test
    void what_only_looks_like_an_address_is_refused_and_nobody_is_asked_about_it() {
        for (String wrong : List.of("256.0.0.1", "10.0.1", "1.2.3.4.", ":::")) {
            var subject = new Subject("core", Purpose.SERVER, List.of(wrong));
            assertThatThrownBy(() -> maker.issue(authority, subject, NOW, LATER))
                    .isInstanceOf(CertificateException.class)
                    .hasMessage("'" + wrong + "' is no IP address");
        }
    }

    @Test
    void keys_and_certificates_survive_the_way_through_text() {
        Credential client = maker.issue(authority, new Subject("gw-1", Purpose.CLIENT, List.of()), NOW, LATER);

        assertThat(Pem.certificates(Pem.write(client.chain()))).isEqualTo(client.chain());
        assertThat(Pem.privateKey(Pem.write(client.key()))).isEqualTo(client.key());
        assertThat(Pem.commonName(client.certificate())).isEqualTo("gw-1");
        assertThat(Pem.fingerprint(client.certificate())).hasSize(64);
        assertThat(client.toString()).doesNotContain("PRIVATE").contains("gw-1");
    }

    @Test
    void text_that_is_no_pem_is_refused_by_name() {
        assertThatThrownBy(() -> Pem.certificates("hello")).hasMessageContaining("BEGIN CERTIFICATE");
        assertThatThrownBy(() -> Pem.privateKey(Pem.write(authority.certificate())))
                .hasMessageContaining("BEGIN PRIVATE KEY");
    }

    @Test
    void possession_of_a_key_is_proved_for_one_gateway_and_token_only() {
        KeyPair keys = maker.keyPair();
        byte[] spki = keys.getPublic().getEncoded();
        byte[] proof = Enrolments.sign(keys.getPrivate(), Enrolments.enrolProof("gw-1", "token", spki));

        assertThat(Enrolments.verify(Pem.publicKey(spki), Enrolments.enrolProof("gw-1", "token", spki), proof))
                .isTrue();
        assertThat(Enrolments.verify(Pem.publicKey(spki), Enrolments.enrolProof("gw-2", "token", spki), proof))
                .isFalse();
        assertThat(Enrolments.verify(Pem.publicKey(spki), Enrolments.enrolProof("gw-1", "other", spki), proof))
                .isFalse();
        assertThat(Enrolments.verify(Pem.publicKey(spki), Enrolments.renewProof("gw-1", spki), new byte[3]))
                .isFalse();
    }
}
