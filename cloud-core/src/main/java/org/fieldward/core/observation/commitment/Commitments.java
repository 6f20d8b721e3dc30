package org.fieldward.core.observation.commitment;

import com.google.protobuf.ByteString;
import java.util.List;

/** The commitments of stored record versions, in the order they became durable: what the log is fed with. */
public interface Commitments {

    /**
     * @param number counted from 1, without holes
     * @param commitments 32 bytes each, one after the other
     */
    record CommitmentBatch(long number, ByteString commitments) {
        public int size() {
            return commitments.size() / 32;
        }
    }

    /** The batches behind {@code number}, oldest first, at most {@code limit}. */
    List<CommitmentBatch> after(long number, int limit);
}
