package org.fieldward.core.chart;

import java.util.regex.Pattern;

/**
 * Names a resource.
 *
 * @param type an R4 resource type, such as {@code Patient}
 * @param id 1 to 64 of {@code A-Z a-z 0-9 . -} (https://hl7.org/fhir/R4/datatypes.html#id)
 */
public record Key(String type, String id) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    public Key {
        if (!isId(id)) {
            throw new IllegalArgumentException("id must be 1 to 64 of A-Z a-z 0-9 . -");
        }
    }

    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** As a reference says it: {@code Patient/17}. */
    @Override
    public String toString() {
        return type + "/" + id;
    }
}
