package org.fieldward.core.alert;

/** People could not be told, or the rules could not be read. The message holds no patient data and no secret. */
public final class AlertException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public AlertException(String message, Throwable cause) {
        super(message, cause);
    }
}
