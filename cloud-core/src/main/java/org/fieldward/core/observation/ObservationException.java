package org.fieldward.core.observation;

/** The store of readings failed. Never carries patient data. */
public final class ObservationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ObservationException(String message, Throwable cause) {
        super(message, cause);
    }
}
