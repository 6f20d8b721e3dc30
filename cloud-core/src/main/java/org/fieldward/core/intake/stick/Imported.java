package org.fieldward.core.intake.stick;

import java.util.List;

/** What became of one file. */
public sealed interface Imported {

    /** All of it was read and is durable; the file is not needed any more unless a batch was refused. */
    record Whole(String gateway, Tally tally) implements Imported {}

    /** Its beginning was read and is durable; of the rest nothing is known. */
    record Part(String gateway, Tally tally, String why) implements Imported {}

    /** Nothing of it was applied. */
    record Refused(String why) implements Imported {}

    /**
     * @param fresh records that the core did not have
     * @param known records that it had
     * @param refused the rules that batches broke; their bytes are set aside
     */
    record Tally(long batches, long fresh, long known, List<String> refused) {
        public Tally {
            refused = List.copyOf(refused);
        }
    }
}
