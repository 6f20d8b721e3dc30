package org.fieldward.edge.buffer.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Waveform;
import org.junit.jupiter.api.Test;

class ExtremesTest {

    private static final Waveform SECOND = Readings.waveform(1, 250);

    @Test
    void each_second_becomes_its_lowest_and_its_highest() {
        Waveform left = Extremes.of(block(4, 3, 1, 4, 1, 5, 9, 2, 6)).orElseThrow();

        assertThat(left.samples()).isEqualTo(Samples.of(1, 4, 2, 9));
        assertThat(left.form()).isEqualTo(Waveform.Form.EXTREMES);
        assertThat(left.rate()).isEqualTo(new Waveform.Rate(2, 1_000_000));
        assertThat(left.stamp()).isEqualTo(SECOND.stamp());
    }

    @Test
    void it_lasts_as_long_as_what_it_stands_for() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            int hertz = 4 + random.nextInt(500);
            Waveform block =
                    block(hertz, random.ints(1 + random.nextInt(2000), -9, 9).toArray());
            Optional<Waveform> left = Extremes.of(block);
            if (left.isPresent()) {
                long sample = 1_000_000 / hertz + 1;
                long stretches = left.get().samples().size() / 2;
                assertThat(left.get().endsAt())
                        .as("seed " + seed)
                        .isBetween(block.endsAt(), block.endsAt().plusNanos(1000 * sample * stretches));
            }
        }
    }

    @Test
    void a_sensor_that_was_off_for_a_while_does_not_hide_what_it_measured() {
        Waveform left = Extremes.of(block(
                        3,
                        Samples.MISSING,
                        5,
                        7,
                        Samples.MISSING,
                        Samples.MISSING,
                        Samples.MISSING,
                        Samples.BELOW,
                        1,
                        Samples.ABOVE))
                .orElseThrow();

        assertThat(left.samples())
                .isEqualTo(Samples.of(5, 7, Samples.MISSING, Samples.MISSING, Samples.BELOW, Samples.ABOVE));
    }

    @Test
    void what_would_not_become_smaller_stays() {
        assertThat(Extremes.of(block(2, 1, 2, 3, 4))).isEmpty();
        Waveform left = Extremes.of(SECOND).orElseThrow();
        assertThat(Extremes.of(left)).isEmpty();
    }

    private static Waveform block(int hertz, int... samples) {
        var scale = new Waveform.Scale(
                BigDecimal.ONE,
                BigDecimal.ZERO,
                SECOND.scale().unit(),
                Optional.of(BigDecimal.valueOf(-100)),
                Optional.of(BigDecimal.valueOf(100)));
        return new Waveform(
                SECOND.device(),
                SECOND.stamp(),
                SECOND.kind(),
                new Waveform.Rate(hertz, 1_000_000),
                scale,
                Samples.of(Arrays.copyOf(samples, samples.length)));
    }
}
