package org.fieldward.proto.stick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.util.BigIntegers;
import org.fieldward.proto.certificate.CertificateMaker;
import org.junit.jupiter.api.Test;

/** Our HPKE against that of Bouncy Castle, which shares no code with it. */
class HpkeTest {

    private static final byte[] INFO = "what it is for".getBytes(StandardCharsets.UTF_8);

    private final CertificateMaker maker = new CertificateMaker(new SecureRandom());
    private final KeyPair core = maker.keyPair();
    private final HPKE other =
            new HPKE(HPKE.mode_base, HPKE.kem_P256_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);

    private AsymmetricCipherKeyPair theirs() throws GeneralSecurityException {
        byte[] secret = BigIntegers.asUnsignedByteArray(32, ((ECPrivateKey) core.getPrivate()).getS());
        return other.deserializePrivateKey(secret, Hpke.point(core.getPublic()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void another_implementation_opens_what_was_sealed_here()
            throws GeneralSecurityException, InvalidCipherTextException {
        KeyPair ephemeral = maker.keyPair();
        Hpke sender = Hpke.sender(ephemeral, core.getPublic(), INFO);
        var reader = other.setupBaseR(Hpke.point(ephemeral.getPublic()), theirs(), INFO);

        for (String text : new String[] {"first", "", "third, longer than a block of the cipher"}) {
            assertThat(reader.open(bytes("bound"), sender.seal(bytes("bound"), bytes(text))))
                    .isEqualTo(bytes(text));
        }
    }

    @Test
    void what_another_implementation_sealed_is_opened_here()
            throws GeneralSecurityException, InvalidCipherTextException {
        var sender = other.setupBaseS(theirs().getPublic(), INFO);
        Hpke reader = Hpke.recipient(sender.getEncapsulation(), core.getPrivate(), core.getPublic(), INFO);

        for (String text : new String[] {"first", "second"}) {
            assertThat(reader.open(bytes("bound"), sender.seal(bytes("bound"), bytes(text))))
                    .isEqualTo(bytes(text));
        }
    }

    @Test
    void a_message_opens_only_in_its_place_and_with_what_it_is_bound_to() throws GeneralSecurityException {
        KeyPair ephemeral = maker.keyPair();
        Hpke sender = Hpke.sender(ephemeral, core.getPublic(), INFO);
        byte[] first = sender.seal(bytes("a"), bytes("first"));
        byte[] second = sender.seal(bytes("a"), bytes("second"));
        Hpke reader = Hpke.recipient(Hpke.point(ephemeral.getPublic()), core.getPrivate(), core.getPublic(), INFO);

        assertThatThrownBy(() -> reader.open(bytes("a"), second)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> reader.open(bytes("b"), first)).isInstanceOf(GeneralSecurityException.class);
        assertThat(reader.open(bytes("a"), first)).isEqualTo(bytes("first"));
        assertThat(reader.open(bytes("a"), second)).isEqualTo(bytes("second"));
    }

    @Test
    void a_key_that_is_no_point_of_the_curve_is_refused() {
        byte[] point = new byte[Hpke.KEY_BYTES];
        point[0] = 4;
        point[40] = 7;

        assertThatThrownBy(() -> Hpke.recipient(point, core.getPrivate(), core.getPublic(), INFO))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
