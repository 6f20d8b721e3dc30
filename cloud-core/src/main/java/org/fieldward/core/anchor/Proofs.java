package org.fieldward.core.anchor;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** Proofs that a stored record is in the log. Thread-safe. */
public interface Proofs {

    /**
     * The proof file (JSON) for one version of one record; empty while no checkpoint covers it.
     *
     * @param commitmentBatch counted from 1
     * @param position in that batch, counted from 0
     * @param record the exact stored bytes
     * @param salt 32 bytes
     */
    Optional<String> proof(long commitmentBatch, int position, ByteString record, ByteString salt);
}
