package org.fieldward.simulator.sample;

import java.time.Instant;
import java.util.List;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.WaveformKind;

/**
 * A block of a waveform as one device says it.
 *
 * @param begins by the device's own clock
 * @param rate samples a second
 * @param resolution decimal, in the kind's own unit
 */
public record Block(
        DeviceId device, Instant begins, WaveformKind kind, int rate, String resolution, List<Integer> samples) {

    public Block {
        samples = List.copyOf(samples);
    }
}
