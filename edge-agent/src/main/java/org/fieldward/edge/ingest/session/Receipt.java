package org.fieldward.edge.ingest.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.fieldward.edge.ingest.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A QoS 2 publish of a client for as long as its identifier is in use. The client may repeat it on another connection while
 * the first is still on its way to the disk: both then wait for the same outcome. Thread-safe.
 */
public final class Receipt implements Consumer<Outcome> {

    private final List<Consumer<Outcome>> waiting = new ArrayList<>();
    private @Nullable Outcome outcome;

    /** Settles it. */
    @Override
    public void accept(Outcome settled) {
        List<Consumer<Outcome>> told;
        synchronized (this) {
            outcome = settled;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(one -> one.accept(settled));
    }

    public void whenSettled(Consumer<Outcome> told) {
        Outcome known;
        synchronized (this) {
            known = outcome;
            if (known == null) {
                waiting.add(told);
                return;
            }
        }
        told.accept(known);
    }
}
