package org.fieldward.edge.decode.mapping;

/** A mapping cannot be used. The message names the file, the field, the rule and what was found. */
public final class MappingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MappingException(String message) {
        super(message);
    }

    public MappingException(String message, Throwable cause) {
        super(message, cause);
    }
}
