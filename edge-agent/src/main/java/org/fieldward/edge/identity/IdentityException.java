package org.fieldward.edge.identity;

/** Keys or certificates that cannot be read, kept or trusted. Never carries key material. */
public final class IdentityException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public IdentityException(String message) {
        super(message);
    }

    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
