package org.fieldward.core.webhook.filing;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Key;

/**
 * What a message says, in the chart's terms.
 *
 * @param controlId the sender's own name of the message; empty: it has none
 * @param kind such as {@code ADT^A01} or {@code Bundle}, for people
 * @param deleted what shall be deleted
 * @param remarks places that could not be used, though the rest could
 */
public record Matter(
        Optional<String> controlId,
        String kind,
        List<Draft> drafts,
        List<Key> deleted,
        List<Movement> movements,
        List<Remark> remarks) {

    /** @param place a field such as {@code PID[3]-7}, or a path of JSON */
    public record Remark(String place, String rule) {}

    public Matter {
        drafts = List.copyOf(drafts);
        deleted = List.copyOf(deleted);
        movements = List.copyOf(movements);
        remarks = List.copyOf(remarks);
    }
}
