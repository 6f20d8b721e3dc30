package org.fieldward.core.distribution.rest;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;

/** Where the text of a proof comes from. Thread-safe. */
@FunctionalInterface
public interface ProofFiles {

    /**
     * The proof file (JSON, see {@code docs/protocol-proof.md}) for one version of one record; empty while no checkpoint
     * covers it.
     *
     * @param commitmentBatch counted from 1
     * @param position in that batch, counted from 0
     * @param record the exact stored bytes
     * @param salt 32 bytes
     */
    Optional<String> proof(long commitmentBatch, int position, ByteString record, ByteString salt);

    /** The last batch of commitments of which it is known that it was stored by then; 0 where nobody knows. */
    default long storedBefore(Instant time) {
        return 0;
    }
}
