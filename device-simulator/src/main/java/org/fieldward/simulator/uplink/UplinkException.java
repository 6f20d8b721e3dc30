package org.fieldward.simulator.uplink;

/** The core would not have a simulated gateway, or could not be reached. */
public final class UplinkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UplinkException(String message) {
        super(message);
    }

    UplinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
