package org.fieldward.simulator.evidence;

/** The evidence file could not be written or read. */
public final class EvidenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EvidenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
