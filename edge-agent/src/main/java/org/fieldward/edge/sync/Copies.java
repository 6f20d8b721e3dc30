package org.fieldward.edge.sync;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.proto.sequence.SequenceSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this buffer apart from copies of its file that speak to the core too. Thread-safe. */
final class Copies {

    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    private final ReadingBuffer buffer;
    private final BufferWriter writer;
    private final String gateway;
    private volatile Optional<Instant> noticedAt = Optional.empty();

    Copies(ReadingBuffer buffer, BufferWriter writer, String gateway) {
        this.buffer = buffer;
        this.writer = writer;
        this.gateway = gateway;
    }

    Optional<Instant> noticedAt() {
        return noticedAt;
    }

    void noticed(Instant now) {
        noticedAt = Optional.of(now);
        LOG.warn(
                "link: a copy of the buffer of gateway {} speaks to the core too, or spoke before this one was put back."
                        + " Nothing is lost or doubled, but only one at a time is heard: is there a second machine?",
                gateway);
    }

    /** Whether this very run was copied, as with a machine's memory: the core holds what was never sent from here. */
    boolean isShared(Map<Long, SequenceSet> covered, long unsentFrom) {
        SequenceSet ofNewest = covered.getOrDefault(buffer.lives().newest().epoch(), SequenceSet.EMPTY);
        return !ofNewest.isEmpty() && ofNewest.ranges().getLast().last() >= unsentFrom;
    }

    /** Only a new epoch tells the records of this run from the other's then. */
    CompletionStage<Void> part() {
        return writer.part();
    }

    /** Of each life what that life gave out: behind it, under the same epoch, may be what a copy went on with. */
    CompletionStage<?> forget(Map<Long, SequenceSet> covered) {
        CompletionStage<?> forgotten = CompletableFuture.completedStage(null);
        for (Map.Entry<Long, SequenceSet> held : covered.entrySet()) {
            forgotten = forgotten.thenCombine(writer.confirm(held.getKey(), held.getValue()), (all, one) -> one);
        }
        return forgotten;
    }
}
