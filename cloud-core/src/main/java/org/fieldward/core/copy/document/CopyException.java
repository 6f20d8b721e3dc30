package org.fieldward.core.copy.document;

/** A copy could not be read or written. The message holds neither content nor credentials. */
public final class CopyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CopyException(String message, Throwable cause) {
        super(message, cause);
    }

    public CopyException(String message) {
        super(message);
    }
}
