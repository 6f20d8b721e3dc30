package org.fieldward.edge.seal;

/** The key file or the JDK's cryptography failed; carries nothing of what was to be sealed. */
public final class SealException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SealException(String message) {
        super(message);
    }

    public SealException(String message, Throwable cause) {
        super(message, cause);
    }
}
