package org.fieldward.core.webhook;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.fieldward.core.webhook.source.Source;

/**
 * A message of a source that showed who it is.
 *
 * @param id the sender's own name of it, of a header; empty: as the message says
 * @param signature counts once
 */
public record Delivery(
        Source source, String facility, Optional<String> id, Optional<String> signature, ByteString bytes) {

    /** Without content: it is a patient's. */
    @Override
    public String toString() {
        return "Delivery of " + source.name();
    }
}
