package org.fieldward.core.chart;

import java.time.Instant;
import java.util.Set;

/**
 * One version of a resource.
 *
 * @param number its place in the order of commit of all versions: who read up to it has seen every smaller one; 0 where
 *     the transaction that writes it made this record, since the place is given at its very end
 * @param version 1 for the first, as {@code meta.versionId} says
 * @param json the whole resource with id and meta; empty where deleted
 * @param facilities that made it (see {@link org.fieldward.core.access.Sight})
 * @param patients ids of the patients in whose compartments it is; a Patient is in its own
 */
public record Version(
        long number,
        Key key,
        long version,
        Kind kind,
        Instant updatedAt,
        String json,
        Set<String> facilities,
        Set<String> patients) {

    /** What was done. */
    public enum Kind {
        CREATED,
        UPDATED,
        DELETED
    }

    public Version {
        facilities = Set.copyOf(facilities);
        patients = Set.copyOf(patients);
    }

    public boolean isDeleted() {
        return kind == Kind.DELETED;
    }

    /** Without content: patients are not for logs. */
    @Override
    public String toString() {
        return key + "/_history/" + version + " #" + number;
    }
}
