package org.fieldward.core.delivery;

/** What became of a message. */
public sealed interface Reply {

    /** Answered with a status of 200 to 299. */
    record Taken(int status) implements Reply {}

    /** @param reason what went wrong, without content, address or secret */
    record Failed(String reason) implements Reply {}
}
