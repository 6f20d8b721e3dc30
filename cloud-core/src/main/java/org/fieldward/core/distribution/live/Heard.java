package org.fieldward.core.distribution.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.fieldward.core.observation.Observed;

/**
 * The newest batches of accepted readings, as this core's own follower told them after it stored them: who listens live need
 * not read them from the store again. Thread-safe.
 */
final class Heard {

    private final int most;
    private final Deque<List<Observed>> batches = new ArrayDeque<>();
    private int size;

    /** @param most readings that are kept, unless one batch alone is larger */
    Heard(int most) {
        this.most = most;
    }

    /** @param batch readings of one batch of commitments, in its order; not empty */
    synchronized void add(List<Observed> batch) {
        batches.addLast(batch);
        size += batch.size();
        while (size > most && batches.size() > 1) {
            size -= batches.removeFirst().size();
        }
    }

    synchronized void forget() {
        batches.clear();
        size = 0;
    }

    /** What was accepted in that batch; empty where this is not known. What came before it is forgotten. */
    synchronized List<Observed> batch(long number) {
        while (!batches.isEmpty() && batches.getFirst().getFirst().commitmentBatch() < number) {
            size -= batches.removeFirst().size();
        }
        for (List<Observed> batch : batches) {
            if (batch.getFirst().commitmentBatch() == number) {
                return batch;
            }
        }
        return List.of();
    }
}
