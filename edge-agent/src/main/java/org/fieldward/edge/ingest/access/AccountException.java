package org.fieldward.edge.ingest.access;

/** The accounts file cannot be read, written or understood. */
public final class AccountException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public AccountException(String message) {
        super(message);
    }

    public AccountException(String message, Throwable cause) {
        super(message, cause);
    }
}
