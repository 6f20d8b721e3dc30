package org.fieldward.installer.part;

/** A part did not start, or ended when it should not. Carries the end of what it printed. */
public final class PartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PartException(String message) {
        super(message);
    }

    public PartException(String message, Throwable cause) {
        super(message, cause);
    }
}
