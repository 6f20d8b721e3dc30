package org.fieldward.core.observation.gap;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.DeviceId;

/** What gateways had to give up or turn away, as they reported it. Thread-safe. */
public interface Gaps {

    /**
     * @param number grows
     * @param bytes the record exactly as it is committed to
     * @param commitmentBatch counted from 1
     * @param commitmentPosition in that batch, counted from 0
     */
    record Stored(
            long number,
            StoredGap record,
            ByteString bytes,
            ByteString salt,
            long commitmentBatch,
            int commitmentPosition) {}

    /**
     * Those of which some part lies between two instants, both included; empty ends are open.
     *
     * @param limit 1 to 1,000
     */
    record Query(
            Optional<DeviceId> device, Optional<Instant> from, Optional<Instant> until, long afterNumber, int limit) {}

    /** In order of their numbers. */
    List<Stored> find(Query query);

    Optional<Stored> get(long number);
}
