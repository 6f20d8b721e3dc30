package org.fieldward.edge.sync;

/** The core could not be reached or understood in a way that a retry by itself will not mend. */
public final class SyncException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SyncException(String message, Throwable cause) {
        super(message, cause);
    }
}
