package org.fieldward.core.webhook.source;

/** The file of sources is wrong. Names file, key and rule, never a secret. */
public final class SourceException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
