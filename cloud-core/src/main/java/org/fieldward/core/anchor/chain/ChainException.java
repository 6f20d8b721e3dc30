package org.fieldward.core.anchor.chain;

/** The chain cannot be asked, or is not what the settings say. */
public final class ChainException extends RuntimeException {

    public ChainException(String message) {
        super(message);
    }

    public ChainException(String message, Throwable cause) {
        super(message, cause);
    }
}
