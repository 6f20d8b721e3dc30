package org.fieldward.core.webhook;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.hl7.Segment;

/**
 * A delivery as far as it could be read.
 *
 * @param digest of what it says: the same message sent again later has the same
 * @param matter what it says, or why it is refused
 */
record Envelope(
        Optional<String> controlId,
        String kind,
        ByteString digest,
        Optional<Message> message,
        Optional<Matter> matter,
        Optional<RefusedException> refusal) {

    private static final int MSH_7 = 7;

    /** Of HL7 version 2 MSH-7, when it was sent, is left out: it differs when the same is sent again. */
    static ByteString digest(Message message) {
        MessageDigest digest = sha256();
        for (Segment segment : message.segments()) {
            digest.update(segment.name().getBytes(StandardCharsets.UTF_8));
            for (int i = 1; i <= segment.fields().size(); i++) {
                boolean sent = segment.name().equals("MSH") && i == MSH_7;
                digest.update((byte) 0x1F);
                digest.update((sent ? "" : segment.raw(i)).getBytes(StandardCharsets.UTF_8));
            }
            digest.update((byte) 0x1E);
        }
        return ByteString.copyFrom(digest.digest());
    }

    static ByteString digest(ByteString bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes.asReadOnlyByteBuffer());
        return ByteString.copyFrom(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
