package org.fieldward.core.ledger;

/** A log, key or proof that is not what it must be. */
public final class LedgerException extends RuntimeException {

    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
