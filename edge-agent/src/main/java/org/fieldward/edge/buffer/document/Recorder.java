package org.fieldward.edge.buffer.document;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.Store;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Stamp;

/** Stores what people and hospital systems say. Thread-safe. */
public final class Recorder {

    private final Store store;
    private final Documents documents;
    private final Supplier<Stamp> stamps;
    private final DeviceId own;

    /** @param own the gateway's own name */
    public Recorder(Store store, Documents documents, Supplier<Stamp> stamps, DeviceId own) {
        this.store = store;
        this.documents = documents;
        this.stamps = stamps;
        this.own = own;
    }

    /** What somebody says, see {@link Document}. */
    public record Said(
            Document.Purpose purpose, String id, String recorder, String kind, String mediaType, ByteString content) {
        /** Without content and names: they are a patient's. */
        @Override
        public String toString() {
            return "***";
        }
    }

    /** What became of it. */
    public sealed interface Outcome {

        /** It would survive a power cut. */
        record Kept(long number) implements Outcome {}

        /** The same was said before. */
        record Known(Remembered before) implements Outcome {}

        /** There is no room. */
        record Full() implements Outcome {}
    }

    /**
     * Looks on the disk for the same first, so it is not for an event loop. Completes on the writer's thread; exceptionally
     * with {@code BufferException} if the disk failed.
     *
     * @throws IllegalArgumentException that names the field and the rule that it breaks
     */
    public CompletionStage<Outcome> record(Said said) {
        var document = new Document(
                own,
                stamps.get(),
                said.purpose(),
                said.id(),
                said.recorder(),
                said.kind(),
                said.mediaType(),
                said.content());
        Optional<Remembered> before = documents.known(document);
        if (before.isPresent()) {
            return CompletableFuture.completedFuture(new Outcome.Known(before.get()));
        }
        return store.store(List.of(document)).thenApply(result -> switch (result) {
            case AppendResult.Stored stored -> new Outcome.Kept(stored.firstSequence());
            case AppendResult.Full full -> new Outcome.Full();
        });
    }
}
