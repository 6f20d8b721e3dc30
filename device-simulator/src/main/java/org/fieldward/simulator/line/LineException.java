package org.fieldward.simulator.line;

/** A line is not what it must be. The text names the rule and never the line, which may hold a patient's data. */
public final class LineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LineException(String message) {
        super(message);
    }

    LineException(String message, Throwable cause) {
        super(message, cause);
    }
}
