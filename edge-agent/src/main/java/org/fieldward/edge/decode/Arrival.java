package org.fieldward.edge.decode;

import java.time.Instant;
import java.util.Optional;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Stamp;

/**
 * When something came through the gateway's door, by the gateway's clocks.
 *
 * @param receivedAt wall clock, whole microseconds
 * @param tickMillis monotonic clock, comparable only within one boot
 * @param boot random per start of the agent
 * @param clock how far {@code receivedAt} could be trusted
 */
public record Arrival(Instant receivedAt, long tickMillis, long boot, ClockState clock) {

    public Stamp stamp(Optional<Instant> deviceTime) {
        return new Stamp(deviceTime, receivedAt, tickMillis, boot, clock);
    }
}
