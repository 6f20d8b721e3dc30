package org.fieldward.core.clinical.proof;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Key;

/** Proofs of the chart's versions. Thread-safe. */
public interface ChartProofs {

    /** How far the proof of a version reaches. */
    sealed interface State {

        /** Stored, and not in the log yet: for a moment. */
        record Pending() implements State {}

        /** In the log, and waits for a checkpoint. */
        record Queued() implements State {}

        /** A signed checkpoint of that many leaves covers it; it is on no chain. */
        record Signed(long treeSize) implements State {}

        /** @param places where the checkpoint that covers it is on a chain */
        record Anchored(List<Where> places) implements State {
            public Anchored {
                places = List.copyOf(places);
            }
        }

        /** @param finality provisional or final */
        record Where(long chainId, String contract, String tx, long block, String finality) {}
    }

    State state(Key key, long version);

    /**
     * The proof file (JSON, see {@code docs/protocol-proof.md}); empty where the version cannot be seen, and while no
     * checkpoint covers it.
     */
    Optional<String> proof(Key key, long version, Sight sight);
}
