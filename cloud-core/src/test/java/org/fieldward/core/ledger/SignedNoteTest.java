package org.fieldward.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignedNoteTest {

    private static final String ORIGIN = "hospital.example/log";
    private static final Hash ROOT = Hash.of(new byte[32]);

    private final KeyPair pair = pair();
    private final NoteSigner signer = new NoteSigner(ORIGIN, pair);

    @Test
    void a_signature_made_by_go_is_accepted_and_its_key_is_spelled_the_same() {
        String vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        byte[] text =
                "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
                        .getBytes(StandardCharsets.UTF_8);
        byte[] signature = Base64.getDecoder()
                .decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");

        NoteKey key = NoteKey.parse(vkey);

        assertThat(key.text()).isEqualTo(vkey);
        assertThat(key.id()).isEqualTo(Arrays.copyOf(signature, 4));
        assertThat(key.verifies(text, Arrays.copyOfRange(signature, 4, signature.length)))
                .isTrue();
    }

    @Test
    void a_signed_checkpoint_opens_with_its_key_and_says_what_was_signed() {
        var note = new SignedNote(signer.sign(42, ROOT));

        assertThat(note.text())
                .startsWith(ORIGIN + "\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 " + ORIGIN + " ");
        assertThat(note.open(NoteKey.parse(signer.publicKey().text()))).isEqualTo(new Checkpoint(ORIGIN, 42, ROOT));
    }

    @Test
    void signatures_of_witnesses_are_passed_over() {
        String note = signer.sign(42, ROOT) + "\u2014 witness.example AAAAAAECAwQ=\n";

        assertThat(new SignedNote(note).open(signer.publicKey()).size()).isEqualTo(42);
    }

    @Test
    void a_checkpoint_of_another_key_or_of_none_is_refused() {
        var other = new NoteSigner(ORIGIN, pair());
        String note = signer.sign(42, ROOT);

        assertThatThrownBy(() -> new SignedNote(note).open(other.publicKey()))
                .hasMessage("the checkpoint is not signed by " + ORIGIN);
        assertThatThrownBy(() -> new SignedNote(ORIGIN + "\n42\n\n").open(signer.publicKey()))
                .isInstanceOf(LedgerException.class);
    }

    @Test
    void a_changed_size_or_root_breaks_the_signature() {
        String note = signer.sign(42, ROOT);

        assertThatThrownBy(() -> new SignedNote(note.replace("\n42\n", "\n43\n")).open(signer.publicKey()))
                .hasMessage("the signature by " + ORIGIN + " is wrong");
        assertThatThrownBy(() -> new SignedNote(note.replace("\nAAAA", "\nBAAA")).open(signer.publicKey()))
                .hasMessage("the signature by " + ORIGIN + " is wrong");
    }

    @Test
    void a_name_that_a_note_cannot_carry_is_refused() {
        for (String name : new String[] {"", "two words", "a+b", "line\nbreak"}) {
            assertThatThrownBy(() -> new NoteSigner(name, pair)).isInstanceOf(LedgerException.class);
        }
    }

    @Test
    void a_written_key_with_a_changed_letter_is_refused() {
        String text = signer.publicKey().text();
        for (int i = 0; i < text.length(); i++) {
            String changed = text.substring(0, i) + (text.charAt(i) == 'a' ? 'b' : 'a') + text.substring(i + 1);
            assertThatThrownBy(() -> NoteKey.parse(changed)).as(changed).isInstanceOf(LedgerException.class);
        }
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
