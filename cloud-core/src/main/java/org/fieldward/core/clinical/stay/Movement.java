package org.fieldward.core.clinical.stay;

import java.time.Instant;
import java.util.Optional;

/**
 * A patient came to a bed or left the house.
 *
 * @param number in the order in which it was told; of two at one instant the later told one counts
 * @param patient id of the Patient
 * @param at when it happened, which may be long before it was told
 * @param bed where the patient came to; empty: left
 */
public record Movement(long number, String patient, Instant at, Optional<Bed> bed) {

    /** A bed is named by its facility: another one may have a bed of that name, too. */
    public record Bed(String facility, String name) {}
}
