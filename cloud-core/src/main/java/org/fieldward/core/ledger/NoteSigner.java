package org.fieldward.core.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;

/** Signs the checkpoints of one log, and what is said about it. Thread-safe. */
public final class NoteSigner {

    private final NoteKey publicKey;
    private final PrivateKey key;

    /**
     * @param origin the log's name, which becomes the key's
     * @param pair Ed25519
     */
    public NoteSigner(String origin, KeyPair pair) {
        publicKey = NoteKey.of(origin, pair.getPublic());
        key = pair.getPrivate();
        byte[] sample = "sample".getBytes(StandardCharsets.UTF_8);
        if (!publicKey.verifies(sample, signature(sample))) {
            throw new LedgerException("the two halves of the log's key pair do not belong together");
        }
    }

    public NoteKey publicKey() {
        return publicKey;
    }

    /** The checkpoint as a signed note: its text, an empty line, one signature line. */
    public String sign(long size, Hash root) {
        return note(new Checkpoint(publicKey.name(), size, root).text());
    }

    /** A statement as a signed note of two lines, which can never be read as a checkpoint: that has three. */
    public String sign(Statement statement) {
        return note(statement.text());
    }

    private String note(String text) {
        byte[] signature = signature(text.getBytes(StandardCharsets.UTF_8));
        byte[] withId = ByteBuffer.allocate(4 + signature.length)
                .put(publicKey.id())
                .put(signature)
                .array();
        return text + "\n" + SignedNote.DASH + publicKey.name() + " " + Base64Text.encode(withId) + "\n";
    }

    private byte[] signature(byte[] text) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new LedgerException("the log's key cannot sign", e);
        }
    }
}
