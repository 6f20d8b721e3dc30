package org.fieldward.core.anchor;

/** The log or its proofs cannot go on as they are. */
public final class AnchorException extends RuntimeException {

    public AnchorException(String message) {
        super(message);
    }

    public AnchorException(String message, Throwable cause) {
        super(message, cause);
    }
}
