package org.fieldward.core.registry;

/** The registry's store failed. Never carries patient data. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
