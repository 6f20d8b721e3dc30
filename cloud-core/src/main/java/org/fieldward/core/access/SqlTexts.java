package org.fieldward.core.access;

import java.util.Collection;
import java.util.stream.Collectors;

/** Texts as PostgreSQL writes arrays of them. */
public final class SqlTexts {

    private SqlTexts() {}

    /** An array as one text, for arrays of arrays: those would all need the same length. */
    public static String literal(Collection<String> texts) {
        return texts.stream()
                .map(text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
