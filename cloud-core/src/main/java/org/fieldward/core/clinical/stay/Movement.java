package org.fieldward.core.clinical.stay;

import java.time.Instant;
import java.util.Optional;

/**
 * A patient came to a bed or left a facility.
 *
 * @param number in the order in which it was told; of two at one instant the later told one counts
 * @param patient id of the Patient
 * @param at when it happened, which may be long before it was told
 * @param bed where the patient came to; empty: left
 */
public record Movement(long number, String patient, Instant at, String facility, Optional<String> bed) {

    /** A bed is named by its facility: another one may have a bed of that name, too. */
    public record Bed(String facility, String name) {}

    Optional<Bed> place() {
        return bed.map(name -> new Bed(facility, name));
    }

    /** Whether it ends a stay in that bed: leaving another facility does not. */
    boolean endsStayIn(Bed other) {
        return bed.isEmpty() ? facility.equals(other.facility()) : !place().equals(Optional.of(other));
    }
}
