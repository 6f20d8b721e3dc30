package org.fieldward.core.anchor;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.ledger.Hash;

/** Gives proofs of stored records. Thread-safe. */
public interface Proofs {

    /**
     * Proves that a record version is in the log and unchanged, against the newest checkpoint that is on a chain, or else
     * the newest one. Empty while no checkpoint covers it: it waits for the next one, for {@code anchor.interval} at most.
     *
     * @param commitmentBatch counted from 1
     * @param position in that batch, counted from 0
     * @param record the exact stored bytes
     * @param salt 32 bytes
     * @throws AnchorException if the record is not the one that was committed to
     */
    Optional<Proof> proof(long commitmentBatch, int position, ByteString record, ByteString salt);

    /**
     * Shows that a later checkpoint only appended to an earlier one (RFC 9162, section 2.1.4).
     *
     * @throws AnchorException if the sizes are not of two signed checkpoints in this order
     */
    List<Hash> consistency(long firstSize, long secondSize);
}
