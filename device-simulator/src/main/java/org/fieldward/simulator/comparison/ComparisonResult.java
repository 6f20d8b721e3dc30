package org.fieldward.simulator.comparison;

import java.util.List;

/**
 * What a comparison counted. A value is named by device, device time and parameter; one that was sent several times is
 * counted once.
 *
 * @param findings the first of each kind, as many as were asked for
 */
public record ComparisonResult(Claims claims, Matches matches, Disagreement disagreement, List<Finding> findings) {

    /**
     * What evidence says.
     *
     * @param sent values sent
     * @param acked of these, acknowledged to the device
     * @param open of these, never acknowledged: they may be at the core or not
     * @param malformed messages that had to be refused
     */
    public record Claims(long sent, long acked, long open, long malformed) {}

    /** Values that are at the core exactly as sent. */
    public record Matches(long acked, long open) {}

    /** How many values of each kind of {@link Finding}. */
    public record Disagreement(long missing, long doubled, long differing, long unexpected) {}

    public ComparisonResult {
        findings = List.copyOf(findings);
    }

    /** Nothing missing, doubled or differing. */
    public boolean isComplete() {
        return disagreement.missing() == 0 && disagreement.doubled() == 0 && disagreement.differing() == 0;
    }
}
