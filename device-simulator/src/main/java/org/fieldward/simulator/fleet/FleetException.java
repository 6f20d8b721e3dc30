package org.fieldward.simulator.fleet;

/** The fleet cannot go on. */
public final class FleetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FleetException(String message, Throwable cause) {
        super(message, cause);
    }
}
