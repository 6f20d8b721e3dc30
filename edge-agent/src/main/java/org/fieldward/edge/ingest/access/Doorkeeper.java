package org.fieldward.edge.ingest.access;

import com.google.protobuf.ByteString;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.topic.TopicFilter;

/** Decides who comes in and what they may do there. Thread-safe. Only {@link #login} may take time. */
public interface Doorkeeper {

    /**
     * What a client shows.
     *
     * @param address where it comes from: a network address, or a word for a local socket
     */
    record Attempt(
            String address,
            Optional<X509Certificate> certificate,
            Optional<String> username,
            Optional<ByteString> password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Attempt[address=" + address + ", certificate=" + certificate.isPresent() + ", username="
                    + username.isPresent() + "]";
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

    /**
     * Empty if refused, without saying why. Completes with an {@link AccountException} if nobody can look at it now: the
     * client may be right and should come again. Must not block.
     */
    CompletionStage<Optional<Identity>> login(Attempt attempt);

    /** Whether a client may call itself so. Never asked with an empty name. */
    boolean mayUseClientId(Identity identity, String clientId);

    Publishing publishing(Identity identity, String topic);

    boolean maySubscribe(Identity identity, TopicFilter filter);

    /** Asked again for every message on its way to a subscriber: what it asked for may have been too wide. */
    boolean mayReceive(Identity identity, String topic);

    /**
     * False once the name or its certificate is revoked, the certificate has expired, or the account is gone: then the
     * connection has to end, and what was kept for it must go. Of a device that did not log in since the start: whether it
     * may have a way in.
     */
    boolean isCurrent(Identity identity);

    /** Looks whether accounts or lists of revoked certificates changed. May block. */
    boolean refresh();
}
