package org.fieldward.core.intake;

import org.fieldward.proto.batch.BatchStream;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.FromGateway;
import org.jspecify.annotations.Nullable;

/**
 * Turns the pieces of a session's stream into batches that stand for themselves. The stream begins with the first piece;
 * most sessions of small gateways have one, those of older gateways none. Thread-safe: a session ends on any thread.
 */
final class Pieces implements AutoCloseable {

    private BatchStream.@Nullable Opener opener;
    private boolean closed;

    /** The same message, its batch with content; throws {@link org.fieldward.proto.batch.BatchException} if it cannot be. */
    synchronized FromGateway open(FromGateway message) {
        if (closed || !message.hasBatch() || message.getBatch().getPiece().isEmpty()) {
            return message;
        }
        if (opener == null) {
            opener = new BatchStream.Opener();
        }
        Batch batch = message.getBatch();
        var piece = new BatchStream.Piece(batch.getPiece(), batch.getPieceSize(), batch.getPieceCheck());
        return message.toBuilder()
                .setBatch(batch.toBuilder()
                        .setContent(opener.open(piece))
                        .clearPiece()
                        .clearPieceSize()
                        .clearPieceCheck())
                .build();
    }

    /** Gives back what it holds outside of the heap. */
    @Override
    public synchronized void close() {
        closed = true;
        if (opener != null) {
            opener.close();
            opener = null;
        }
    }
}
