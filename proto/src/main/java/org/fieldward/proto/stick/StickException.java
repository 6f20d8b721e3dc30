package org.fieldward.proto.stick;

/** Bytes that are not a file of a stick, or not an honest or whole one. The message says which rule they break. */
public final class StickException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StickException(String message) {
        super(message);
    }

    public StickException(String message, Throwable cause) {
        super(message, cause);
    }
}
