package org.fieldward.core.distribution.outbox;

/** The store of events failed. The message holds no content. */
public final class OutboxException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public OutboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
