package org.fieldward.core.distribution.rest.export;

/** Exports could not be kept or written. The message holds no content. */
public final class ExportException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
