package org.fieldward.core.app.settings;

/** The core cannot start or a command cannot be done; the message says what an operator can do. */
public final class AppException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AppException(String message) {
        super(message);
    }

    public AppException(String message, Throwable cause) {
        super(message, cause);
    }
}
