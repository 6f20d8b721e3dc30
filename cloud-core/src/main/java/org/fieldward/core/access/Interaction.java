package org.fieldward.core.access;

import java.util.Locale;

/** What may be done over FHIR (https://hl7.org/fhir/R4/http.html), as far as who may do it differs. */
public enum Interaction {
    READ,
    VREAD,
    HISTORY,
    SEARCH,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    /** An operation that only reads, such as {@code $everything}. */
    OPERATION,
    /** A batch or transaction as a whole; each of its entries is asked about on its own. */
    BATCH,
    CAPABILITIES;

    public boolean isReading() {
        return switch (this) {
            case READ, VREAD, HISTORY, SEARCH, OPERATION, CAPABILITIES -> true;
            case CREATE, UPDATE, PATCH, DELETE, BATCH -> false;
        };
    }

    /** As FHIR's code system {@code restful-interaction} spells it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
