package org.fieldward.edge.ingest.access;

import com.google.protobuf.ByteString;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.topic.TopicFilter;

/** Decides who comes in and what they may do there. Thread-safe. Only {@link #login} may take time. */
public interface Doorkeeper {

    /** What a client shows. */
    record Attempt(Optional<X509Certificate> certificate, Optional<String> username, Optional<ByteString> password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Attempt[certificate=" + certificate.isPresent() + ", username=" + username.isPresent() + "]";
        }
    }

    /** What becomes of a publish. */
    sealed interface Publishing {
        /** Into the buffer as this format; empty: no parser for this topic. */
        record ToBuffer(Optional<Format> format) implements Publishing {}

        /** To whoever subscribed in the ward. */
        record Local() implements Publishing {}

        record Denied() implements Publishing {}
    }

    /** Empty if refused, without saying why. Must not block. */
    CompletionStage<Optional<Identity>> login(Attempt attempt);

    /** Whether a client may call itself so. Never asked with an empty name. */
    boolean mayUseClientId(Identity identity, String clientId);

    Publishing publishing(Identity identity, String topic);

    boolean maySubscribe(Identity identity, TopicFilter filter);

    /** False once the account is gone: then the connection has to end. */
    boolean isCurrent(Identity identity);

    /** Looks whether accounts changed. May block. */
    boolean refresh();
}
