package org.fieldward.core.webhook.recorded;

import java.util.Optional;

/**
 * What a door said of a document.
 *
 * @param keeps whether its bytes must be kept here, since nobody else does
 */
record Ruling(boolean taken, String detail, Optional<Long> result, boolean keeps) {

    private static final int MAX_DETAIL = 500;

    Ruling {
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }

    static Ruling taken(long result) {
        return new Ruling(true, "", Optional.of(result), false);
    }

    /** Its bytes are kept here. */
    static Ruling refused(String detail) {
        return new Ruling(false, detail, Optional.empty(), true);
    }

    /** It waits in the quarantine of messages. */
    static Ruling quarantined(long arrival, String detail) {
        return new Ruling(false, detail, Optional.of(arrival), false);
    }
}
