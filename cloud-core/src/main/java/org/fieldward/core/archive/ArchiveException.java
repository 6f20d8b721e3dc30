package org.fieldward.core.archive;

/** The archive could not be written or read. The message names a file and never what stands in it. */
public final class ArchiveException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ArchiveException(String message) {
        super(message);
    }

    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
