package org.fieldward.simulator.core;

/** The core could not be asked. */
public final class CoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CoreException(String message) {
        super(message);
    }

    CoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
