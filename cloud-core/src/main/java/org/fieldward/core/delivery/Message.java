package org.fieldward.core.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One request to somebody outside.
 *
 * @param method {@code POST} or {@code PUT}
 * @param headers besides those that every request has
 * @param body empty for a request without one
 * @param patience for the whole exchange
 */
public record Message(String method, String url, Map<String, String> headers, Optional<Body> body, Duration patience) {

    /** Text in UTF-8. */
    public record Body(String type, String text) {
        /** Content is not for logs. */
        @Override
        public String toString() {
            return type + " of " + text.length() + " characters";
        }
    }

    public Message {
        headers = Map.copyOf(headers);
    }

    /** Without headers, which hold secrets, and without the address, which may. */
    @Override
    public String toString() {
        return method + " " + body;
    }
}
