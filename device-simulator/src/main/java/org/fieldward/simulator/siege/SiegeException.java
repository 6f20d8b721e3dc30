package org.fieldward.simulator.siege;

/** The siege could not be laid. */
public final class SiegeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SiegeException(String message) {
        super(message);
    }

    SiegeException(String message, Throwable cause) {
        super(message, cause);
    }
}
