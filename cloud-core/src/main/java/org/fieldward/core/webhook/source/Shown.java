package org.fieldward.core.webhook.source;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * What a request shows of who sends it.
 *
 * @param authorization the header
 * @param timestamp {@code X-Fieldward-Timestamp}, seconds since 1970
 * @param signature {@code X-Fieldward-Signature}, {@code sha256=} and 64 hexadecimal digits
 * @param id {@code X-Fieldward-Id}, the sender's own name of the message
 * @param certificate of the client, as TLS or a trusted proxy says
 * @param body as it came
 */
public record Shown(
        Optional<String> authorization,
        Optional<String> timestamp,
        Optional<String> signature,
        Optional<String> id,
        Optional<ClientCertificate> certificate,
        ByteString body) {

    /**
     * @param fingerprint SHA-256 in small hexadecimal digits
     * @param subject RFC 2253; empty where only the fingerprint is known
     */
    public record ClientCertificate(String fingerprint, String subject) {}

    @Override
    public String toString() {
        return "***";
    }
}
