package org.fieldward.core.clinical;

/** Events could not be stored. Never carries patient data. */
public final class ClinicalException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ClinicalException(String message) {
        super(message);
    }

    public ClinicalException(String message, Throwable cause) {
        super(message, cause);
    }
}
