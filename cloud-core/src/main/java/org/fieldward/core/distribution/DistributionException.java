package org.fieldward.core.distribution;

/** The door could not open or close. */
public final class DistributionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public DistributionException(String message, Throwable cause) {
        super(message, cause);
    }
}
