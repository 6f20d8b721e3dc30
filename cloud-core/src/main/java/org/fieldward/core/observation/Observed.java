package org.fieldward.core.observation;

import com.google.protobuf.ByteString;
import org.fieldward.proto.link.StoredReading;

/**
 * One stored reading as the read side sees it.
 *
 * @param record what the bytes say
 * @param bytes the exact stored bytes; their SHA-256 is what was committed to
 * @param salt 32 bytes, the key of the commitment
 * @param commitmentBatch which batch of commitments holds this one, counted from 1
 * @param commitmentPosition its place in that batch, counted from 0
 */
public record Observed(
        StoredReading record, ByteString bytes, ByteString salt, long commitmentBatch, int commitmentPosition) {}
