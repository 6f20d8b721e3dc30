package org.fieldward.core.observation.quarantine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;

/** What arrived and could not be accepted. Nothing in it is lost. Thread-safe. */
public interface Quarantine {

    /**
     * @param number grows
     * @param reason a short word: {@code unbound}, {@code invalid}, {@code conflict}
     * @param detail the rule that was broken, without a measured value
     */
    record Held(long number, String reason, Optional<DeviceId> device, Instant measuredAt, String detail) {}

    /** How many are held, by reason. */
    Map<String, Long> counts();

    /**
     * In order of their numbers.
     *
     * @param reason empty for all
     * @param limit 1 to 1,000
     */
    List<Held> held(Optional<String> reason, long afterNumber, int limit);
}
