package org.fieldward.simulator.fleet;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.recording.Recording;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.TimedSample;

/**
 * Recordings as feeds for a {@link Fleet}: one device each.
 *
 * @param seed of the misbehaviour
 */
public record Replay(Pace pace, Misbehaviour misbehaviour, long seed) {

    public static Replay asFastAsAcknowledged(Instant start) {
        return new Replay(Pace.asFastAsAcknowledged(start), Misbehaviour.NONE, 1);
    }

    /** One feed per device, each to be used once. */
    public Map<DeviceId, Iterator<Message>> feeds(Map<DeviceId, Recording> recordings, PayloadFormat format) {
        Map<DeviceId, Iterator<Message>> feeds = new LinkedHashMap<>();
        recordings.forEach((device, recording) -> {
            Iterator<TimedSample> samples = pace.of(recording.samples(device, pace.start()));
            feeds.put(
                    device,
                    misbehaviour.applyTo(
                            samples, new Payloads(format), seed ^ device.name().hashCode()));
        });
        return feeds;
    }
}
