package org.fieldward.simulator.comparison;

import java.util.ArrayList;
import java.util.List;

/** Counts while a comparison runs. */
final class Tally {

    private final int maxFindings;
    private final List<Finding> findings = new ArrayList<>();
    private long acked;
    private long open;
    private long ackedMatches;
    private long openMatches;
    private long missing;
    private long doubled;
    private long differing;
    private long unexpected;

    Tally(int maxFindings) {
        this.maxFindings = maxFindings;
    }

    void claimed(boolean isAcked, int values) {
        if (isAcked) {
            acked += values;
        } else {
            open += values;
        }
    }

    void matched(boolean isAcked) {
        if (isAcked) {
            ackedMatches++;
        } else {
            openMatches++;
        }
    }

    void add(Finding finding) {
        long before = switch (finding) {
            case Finding.Missing one -> missing++;
            case Finding.Doubled one -> doubled++;
            case Finding.Differing one -> differing++;
            case Finding.Unexpected one -> unexpected++;
        };
        if (before < maxFindings) {
            findings.add(finding);
        }
    }

    ComparisonResult result(long malformed) {
        return new ComparisonResult(
                new ComparisonResult.Claims(acked + open, acked, open, malformed),
                new ComparisonResult.Matches(ackedMatches, openMatches),
                new ComparisonResult.Disagreement(missing, doubled, differing, unexpected),
                findings);
    }
}
