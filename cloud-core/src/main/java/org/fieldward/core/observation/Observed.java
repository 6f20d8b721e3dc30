package org.fieldward.core.observation;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.proto.link.StoredReading;

/**
 * One version of a stored reading as the read side sees it.
 *
 * @param record what the bytes say
 * @param bytes the exact stored bytes; their SHA-256 is what was committed to
 * @param salt 32 bytes, the key of the commitment
 * @param commitmentBatch which batch of commitments holds this one, counted from 1
 * @param commitmentPosition its place in that batch, counted from 0
 * @param changedAt when a reading that was there before became this; empty if it came like this
 * @param replacedAt since when it is history; empty for the current version
 */
public record Observed(
        StoredReading record,
        ByteString bytes,
        ByteString salt,
        long commitmentBatch,
        int commitmentPosition,
        Optional<Instant> changedAt,
        Optional<Instant> replacedAt) {

    /** A current version that is as it came. */
    public Observed(
            StoredReading record, ByteString bytes, ByteString salt, long commitmentBatch, int commitmentPosition) {
        this(record, bytes, salt, commitmentBatch, commitmentPosition, Optional.empty(), Optional.empty());
    }

    /** The same, known to be changed then. */
    public Observed changed(Instant at) {
        return new Observed(
                record, bytes, salt, commitmentBatch, commitmentPosition, Optional.of(at), Optional.empty());
    }
}
