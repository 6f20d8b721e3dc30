package org.fieldward.edge.schema;

/** A file that is sound, and of a newer agent than this one. It was not touched. */
public final class SchemaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SchemaException(String message) {
        super(message);
    }
}
