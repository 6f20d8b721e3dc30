package org.fieldward.core.access;

import java.time.Instant;
import java.util.Optional;

/** Says who is calling. Thread-safe. */
public interface Doorkeeper {

    /**
     * What a request shows of who makes it.
     *
     * @param authorization the header
     * @param session what the browser was given at sign-in
     */
    record Shown(Optional<String> authorization, Optional<String> session) {

        private static final String SCHEME = "bearer ";

        public static final Shown NOTHING = new Shown(Optional.empty(), Optional.empty());

        public Optional<String> bearer() {
            return authorization
                    .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                    .map(header -> header.substring(SCHEME.length()).strip());
        }

        public boolean isNothing() {
            return authorization.isEmpty() && session.isEmpty();
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    sealed interface Answer {

        /** @param until when it must be shown anew, also by a stream that is still open; empty: never */
        record Known(Caller caller, Optional<Instant> until) implements Answer {}

        /** @param rule which one was broken; holds nothing of what was shown */
        record Unknown(String rule) implements Answer {}
    }

    Answer who(Shown shown);
}
