package org.fieldward.edge.buffer;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.fieldward.proto.reading.Entry;

/**
 * The way into the buffer. Many threads may call it, one thread writes, and what arrives together becomes durable
 * together. Calls never block. Stages complete on the writer's thread: hand over there, do not work there. Order is kept:
 * what one caller stores first has the lower sequence.
 */
public interface Store {

    /**
     * Completes with {@code Stored} only after the entries would survive a power cut; all of them or none. Entries of
     * several lanes may come together; they get consecutive sequences in the order given. Completes exceptionally with
     * {@code BufferException} if the disk failed: then nothing may be acknowledged.
     */
    CompletionStage<AppendResult> store(List<? extends Entry> entries);

    /**
     * The same for callers of which there are thousands a second: told once, on any thread, what else the stage would
     * complete with.
     *
     * @param settled must be quick and must not throw
     */
    default void store(List<? extends Entry> entries, BiConsumer<? super AppendResult, ? super Throwable> settled) {
        var unused = store(entries).whenComplete(settled);
    }

    /** Keeps a payload that nobody could read, as durable as {@link #store}. */
    CompletionStage<AppendResult> quarantine(Rejected rejected);
}
