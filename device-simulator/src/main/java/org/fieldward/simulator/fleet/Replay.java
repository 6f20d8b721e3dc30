package org.fieldward.simulator.fleet;

import java.time.Duration;
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
 * Recordings as feeds for a {@link Fleet}: one device each. The device's clock keeps the recording's own pace, however
 * fast it is replayed.
 *
 * @param start what the clock of every device shows when its recording begins
 * @param speed 1 replays as it happened, 60 an hour in a minute, 0 as fast as the gateway acknowledges
 * @param seed of the misbehaviour
 */
public record Replay(Instant start, double speed, Misbehaviour misbehaviour, long seed) {

    public Replay {
        if (!(speed >= 0 && speed <= 1_000_000)) {
            throw new IllegalArgumentException("speed must be 0 to 1000000, was " + speed);
        }
    }

    public static Replay asFastAsAcknowledged(Instant start) {
        return new Replay(start, 0, Misbehaviour.NONE, 1);
    }

    public Map<DeviceId, Iterator<Message>> feeds(Map<DeviceId, Recording> recordings, PayloadFormat format) {
        Map<DeviceId, Iterator<Message>> feeds = new LinkedHashMap<>();
        recordings.forEach((device, recording) -> {
            Iterator<TimedSample> samples = recording
                    .samples(device, start)
                    .map(sample -> new TimedSample(due(Duration.between(start, sample.time())), sample))
                    .iterator();
            feeds.put(
                    device,
                    misbehaviour.applyTo(
                            samples, new Payloads(format), seed ^ device.name().hashCode()));
        });
        return feeds;
    }

    private Duration due(Duration offset) {
        return speed == 0 ? Duration.ZERO : Duration.ofNanos(Math.round(offset.toNanos() / speed));
    }
}
