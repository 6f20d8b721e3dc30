package org.fieldward.core.clinical.stay;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Desk;

/**
 * Who comes, moves and leaves, and what that does to the bindings of the devices in their beds: in the desk's transaction,
 * and as of when it happened, whenever it is told and in whatever order. Readings follow the bindings by themselves.
 * Thread-safe.
 */
public interface Admissions {

    /**
     * What became of it.
     *
     * @param steps what was done to bindings, in order; empty where nothing had to be
     * @param formerPatient who was in that bed until then
     */
    record Effects(List<BindingPlan.Step> steps, Optional<String> formerPatient) {
        public Effects {
            steps = List.copyOf(steps);
        }

        public static final Effects NONE = new Effects(List.of(), Optional.empty());
    }

    /**
     * A stay as a message names it.
     *
     * @param patient id of a Patient that the chart has
     * @param visit the hospital's number of the stay; may be empty
     */
    record Visit(String patient, String visit, String facility) {}

    /** What a message may take back. */
    enum Kind {
        ARRIVAL,
        LEAVING
    }

    /**
     * Admitted, or transferred: came to that bed, and by that left any other. Told twice, it does nothing the second time.
     *
     * @param bed as the registry's devices have it
     */
    Effects arrive(Desk desk, Visit visit, String bed, Instant at);

    /** Discharged, or gone. */
    Effects leave(Desk desk, Visit visit, Instant at);

    /** Takes back the newest arrival (A11, A12) or leaving (A13) of that visit, or of that patient where it has no number. */
    Effects cancel(Desk desk, Visit visit, Kind kind);

    /**
     * One patient turned out to be another: bindings and stays become the surviving one's, readings with them; the merged
     * Patient is kept, inactive and linked.
     */
    Effects merge(Desk desk, String patient, String into);
}
