package org.fieldward.edge.buffer;

/** The disk or the file failed; the message names what was tried and carries no record. */
public final class BufferException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BufferException(String message) {
        super(message);
    }

    public BufferException(String message, Throwable cause) {
        super(message, cause);
    }
}
