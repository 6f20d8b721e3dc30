package org.fieldward.core.edit;

/** Edits could not be kept. The message holds no content. */
public final class EditException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public EditException(String message, Throwable cause) {
        super(message, cause);
    }
}
