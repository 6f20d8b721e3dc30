package org.fieldward.core.webhook;

/** The door of hospital systems is broken. Never carries patient data. */
public final class WebhookException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public WebhookException(String message) {
        super(message);
    }

    public WebhookException(String message, Throwable cause) {
        super(message, cause);
    }
}
