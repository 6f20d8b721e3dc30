package org.fieldward.edge.buffer.quota;

import java.util.Optional;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.Waveform.Form;
import org.fieldward.proto.reading.Waveform.Rate;

/** What is left of a block of a waveform when room is short: the lowest and the highest of each second. */
public final class Extremes {

    private static final long SECOND_MICROS = 1_000_000;

    private Extremes() {}

    /** Nothing where that would not be smaller, as of a block that was summarised already. */
    public static Optional<Waveform> of(Waveform block) {
        int size = block.samples().size();
        // At least one a second, and no more than are needed to be of equal length.
        int stretches = (int) Math.max(1, Math.ceilDiv(block.rate().lasting(size), SECOND_MICROS));
        int length = Math.ceilDiv(size, stretches);
        int pairs = Math.ceilDiv(size, length);
        if (block.form() == Form.EXTREMES || 2 * pairs >= size) {
            return Optional.empty();
        }
        int[] extremes = new int[2 * pairs];
        for (int pair = 0; pair < pairs; pair++) {
            int from = pair * length;
            int to = Math.min(size, from + length);
            extremes[2 * pair] = extreme(block.samples(), from, to, false);
            extremes[2 * pair + 1] = extreme(block.samples(), from, to, true);
        }
        Rate rate = block.rate();
        return Optional.of(new Waveform(
                block.device(),
                block.stamp(),
                block.kind(),
                new Rate(2 * rate.samples(), length * rate.micros()),
                block.scale(),
                Samples.of(extremes),
                Form.EXTREMES));
    }

    /** Beyond what the device can measure is further out than any number; a missing sample only counts alone. */
    private static int extreme(Samples samples, int from, int to, boolean highest) {
        int found = Samples.MISSING;
        for (int i = from; i < to; i++) {
            int one = samples.get(i);
            // The marks for below and above are the least and the greatest of what is not missing.
            if (one != Samples.MISSING && (found == Samples.MISSING || (highest ? one > found : one < found))) {
                found = one;
            }
        }
        return found;
    }
}
