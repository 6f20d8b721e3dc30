package org.fieldward.simulator.comparison;

/** Evidence and core could not be compared. */
public final class ComparisonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ComparisonException(String message, Throwable cause) {
        super(message, cause);
    }
}
