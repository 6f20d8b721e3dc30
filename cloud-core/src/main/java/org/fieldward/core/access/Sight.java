package org.fieldward.core.access;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * What part of the data somebody may see. A resource is seen by the facility that made it and by every facility that its
 * patient belongs to; what belongs to no facility and no patient is seen by all.
 *
 * @param facilities empty: of every facility
 * @param patient only what is in this patient's compartment; empty: whosever it is
 */
public record Sight(Optional<Set<String>> facilities, Optional<String> patient) {

    /** For the core's own followers and for administrators of the whole. */
    public static final Sight EVERYTHING = new Sight(Optional.empty(), Optional.empty());

    public Sight {
        facilities = facilities.map(Set::copyOf);
    }

    public static Sight of(Set<String> facilities) {
        return new Sight(Optional.of(facilities), Optional.empty());
    }

    /** One patient's own view, wherever that patient was treated. */
    public static Sight ofPatient(String patient) {
        return new Sight(Optional.empty(), Optional.of(patient));
    }

    public boolean isEverything() {
        return facilities.isEmpty() && patient.isEmpty();
    }

    /**
     * Whether something may be seen.
     *
     * @param made the facilities that made it
     * @param patients in whose compartments it is
     * @param treating the facilities that those patients belong to
     */
    public boolean reaches(Collection<String> made, Collection<String> patients, Collection<String> treating) {
        if (patient.isPresent()) {
            return patients.contains(patient.get());
        }
        if (facilities.isEmpty()) {
            return true;
        }
        boolean shared = made.isEmpty() && patients.isEmpty();
        return shared
                || !Collections.disjoint(facilities.get(), made)
                || !Collections.disjoint(facilities.get(), treating);
    }
}
