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
