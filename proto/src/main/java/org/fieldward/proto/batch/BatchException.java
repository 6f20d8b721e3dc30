package org.fieldward.proto.batch;

/** Bytes that are not a batch, or one from a newer format. The message names the field and what was found. */
public final class BatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BatchException(String message) {
        super(message);
    }

    public BatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
