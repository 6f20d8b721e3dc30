package org.fieldward.edge.buffer;

import com.google.protobuf.ByteString;
import java.time.Instant;
import org.fieldward.proto.reading.DeviceId;

/**
 * A payload that could not become readings, kept with its bytes so that nothing is lost.
 *
 * @param detail names the field, the rule and what was found; for the operator's eyes, never for a log
 */
public record Rejected(
        DeviceId device, String topic, ByteString payload, Instant receivedAt, RejectReason reason, String detail) {}
