package org.fieldward.edge.centre;

/** What the centre said could not be kept. Never carries a label or a value. */
public final class CentreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CentreException(String message, Throwable cause) {
        super(message, cause);
    }
}
