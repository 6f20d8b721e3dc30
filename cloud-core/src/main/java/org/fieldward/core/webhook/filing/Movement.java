package org.fieldward.core.webhook.filing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What happened to a patient, and so to the devices at the bed.
 *
 * @param patient the draft's name; of a merge the patient that stays
 * @param encounter the draft's name
 * @param beds names by which the bed may be known, the most exact first; empty where none is said
 * @param former the draft's name of the patient that is merged into the other; of a merge only
 * @param at when it happened, not when we heard
 */
public record Movement(
        Kind kind, String patient, Optional<String> encounter, List<String> beds, Optional<String> former, Instant at) {

    public enum Kind {
        ADMIT,
        TRANSFER,
        DISCHARGE,
        CANCEL_ADMIT,
        CANCEL_TRANSFER,
        CANCEL_DISCHARGE,
        MERGE
    }

    public Movement {
        beds = List.copyOf(beds);
    }
}
