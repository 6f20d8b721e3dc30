package org.fieldward.core.intake;

/** The gateways' door could not open. */
public final class IntakeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public IntakeException(String message, Throwable cause) {
        super(message, cause);
    }
}
