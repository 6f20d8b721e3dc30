package org.fieldward.core.access;

/** What access needs is broken: its store, a key, a provider. The message holds no secret and no patient. */
public final class AccessException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public AccessException(String message, Throwable cause) {
        super(message, cause);
    }

    public AccessException(String message) {
        super(message);
    }
}
