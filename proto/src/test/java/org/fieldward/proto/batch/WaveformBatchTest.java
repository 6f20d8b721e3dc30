package org.fieldward.proto.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Waveform;
import org.junit.jupiter.api.Test;

class WaveformBatchTest {

    private static final Stamp EPOCH = new Stamp(Optional.empty(), Micros.instant(0), 0, 1, ClockState.UNCONFIRMED);

    @Test
    void every_block_comes_back_as_it_went_in_among_whatever_else_is_in_the_batch() {
        for (long seed = 0; seed < 200; seed++) {
            List<Sequenced> records = new Ward(seed).wild(1 + (int) seed % 40, true);

            assertThat(BatchCodec.decode(BatchCodec.encode(records)))
                    .as("seed " + seed)
                    .isEqualTo(records);
            assertThat(BatchCodec.decode(BatchCodec.encodePlain(records)))
                    .as("plain, seed " + seed)
                    .isEqualTo(records);
        }
    }

    @Test
    void a_batch_without_waveforms_is_to_the_byte_what_the_version_before_wrote() throws GeneralSecurityException {
        var status = List.of(new Sequenced(1, new DeviceStatus(new DeviceId("d"), EPOCH, DeviceStatus.Status.ONLINE)));
        byte[] readings = BatchCodec.encodePlain(new Ward(7).steady(30, 100));

        // Both written down from the codec before it knew waveforms.
        assertThat(HexFormat.of().formatHex(BatchCodec.encodePlain(status)))
                .isEqualTo("fb01010025010101010101010000001a12180a0164120b21010000000000000028021a064f4e4c494e45");
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(readings)))
                .isEqualTo("2b480c407a12a4d080325d70d0d0955c1855d0e1c68a7b1b67265592bb9d48a9");
    }

    @Test
    void a_batch_with_a_waveform_says_by_its_version_that_an_older_reader_cannot_read_it() {
        assertThat(BatchCodec.encode(Ward.ecg(1, 1, 1, 10))[2]).isEqualTo((byte) 2);
    }

    @Test
    void a_batch_with_a_gap_or_an_alarm_about_the_disk_is_of_the_version_that_knows_them() {
        Instant then = EPOCH.receivedAt();
        var gap = new Gap(new DeviceId("d"), EPOCH, Lane.WAVEFORM, then, then.plusSeconds(60), 7, Gap.Reason.THINNED);
        var disk = new AlarmChange(
                gap.device(),
                EPOCH,
                "a",
                AlarmChange.Kind.DISK,
                AlarmChange.Priority.LOW,
                AlarmChange.Phase.RAISED,
                Optional.empty(),
                "");
        List<Sequenced> both = List.of(new Sequenced(1, gap), new Sequenced(2, disk));

        assertThat(BatchCodec.encode(both.subList(0, 1))[2]).isEqualTo((byte) 3);
        assertThat(BatchCodec.encode(both.subList(1, 2))[2]).isEqualTo((byte) 3);
        assertThat(BatchCodec.decode(BatchCodec.encode(both))).isEqualTo(both);
    }

    @Test
    void extremes_and_the_gap_that_tells_of_them_are_of_the_version_that_knows_them() {
        Waveform measured = block(Samples.of(1, 9, Samples.MISSING, Samples.MISSING), 2);
        var extremes = new Waveform(
                measured.device(),
                measured.stamp(),
                measured.kind(),
                measured.rate(),
                measured.scale(),
                measured.samples(),
                Waveform.Form.EXTREMES);
        Instant then = EPOCH.receivedAt();
        var gap = new Gap(measured.device(), EPOCH, Lane.WAVEFORM, then, then, 1, Gap.Reason.SUMMARISED);
        List<Sequenced> all = List.of(new Sequenced(1, measured), new Sequenced(2, extremes), new Sequenced(3, gap));

        assertThat(BatchCodec.encode(all.subList(1, 2))[2]).isEqualTo((byte) 5);
        assertThat(BatchCodec.encode(all.subList(2, 3))[2]).isEqualTo((byte) 5);
        assertThat(BatchCodec.decode(BatchCodec.encode(all))).isEqualTo(all);
        assertThatThrownBy(() -> new Waveform(
                        measured.device(),
                        measured.stamp(),
                        measured.kind(),
                        measured.rate(),
                        measured.scale(),
                        Samples.of(1),
                        Waveform.Form.EXTREMES))
                .hasMessageContaining("must be pairs, were 1");
    }

    @Test
    void a_gap_refuses_what_it_cannot_mean() {
        Instant then = EPOCH.receivedAt();
        DeviceId device = Gap.UNNAMED;

        assertThatThrownBy(() -> new Gap(device, EPOCH, Lane.VITAL, then, then, 0, Gap.Reason.REFUSED))
                .hasMessageContaining("at least 1, was 0");
        assertThatThrownBy(() -> new Gap(device, EPOCH, Lane.VITAL, then, then.minusSeconds(1), 1, Gap.Reason.REFUSED))
                .hasMessageContaining("before from");
        assertThatThrownBy(() -> Gap.Reason.of(6)).hasMessageContaining("1 to 5, was 6");
    }

    @Test
    void an_ecg_of_250_hertz_costs_less_than_a_byte_and_a_quarter_a_sample() {
        List<Sequenced> seconds = Ward.ecg(1, 20, 1, 250);
        List<Sequenced> tens = Ward.ecg(1, 1, 12, 2500);

        double bySecond = BatchCodec.encode(seconds).length / 5_000.0;
        double byTen = BatchCodec.encode(tens).length / 30_000.0;

        System.out.printf(
                "bytes per sample of a 250 Hz ECG: %.3f in 20 blocks of a second, %.3f in 12 blocks of ten; plain %.3f%n",
                bySecond, byTen, BatchCodec.encodePlain(tens).length / 30_000.0);
        assertThat(bySecond).isLessThan(1.25);
        assertThat(byTen).isLessThan(1.25);
    }

    @Test
    void damaged_bytes_are_refused_by_name_and_never_break_the_reader() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            List<Sequenced> records = new Ward(seed % 30).wild(5, true);
            byte[] batch = BatchCodec.encodePlain(records);
            byte[] damaged =
                    random.nextInt(4) == 0 ? Arrays.copyOf(batch, random.nextInt(batch.length)) : batch.clone();
            for (int i = 0; i < 1 + random.nextInt(3) && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(BatchCodec.decode(damaged)).isNotEmpty();
            } catch (BatchException refused) {
                assertThat(refused.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }

    @Test
    void a_small_batch_that_claims_endless_marked_samples_is_refused() {
        var missing = Samples.of(IntStream.generate(() -> Samples.MISSING)
                .limit(Waveform.MAX_SAMPLES)
                .toArray());
        List<Sequenced> silent = IntStream.rangeClosed(1, 401)
                .mapToObj(i -> new Sequenced(i, block(missing, 250)))
                .toList();

        assertThatThrownBy(() -> BatchCodec.encode(silent)).hasMessageContaining("samples must be at most 4000000");
        assertThat(BatchCodec.decode(BatchCodec.encode(silent.subList(0, 400)))).hasSize(400);
    }

    @Test
    void a_block_refuses_what_it_cannot_mean() {
        assertThatThrownBy(() -> block(Samples.of(new int[10_001]), 250)).hasMessageContaining("1 to 10000");
        assertThatThrownBy(() -> block(Samples.of(new int[700]), 1)).hasMessageContaining("at most 10 minutes");
        assertThatThrownBy(() -> block(Samples.of(Samples.BELOW), 250)).hasMessageContaining("needs the lowest");
        assertThatThrownBy(() -> Samples.of(1_000_000_001)).hasMessageContaining("or a mark");
        assertThatThrownBy(() -> new Waveform.Rate(100_001, 1_000_000)).hasMessageContaining("rate must be");
        assertThatThrownBy(() -> new Waveform.Rate(1, 60_000_001)).hasMessageContaining("rate must be");
        assertThat(new Waveform.Rate(360, 1_000_000)).isEqualTo(new Waveform.Rate(9, 25_000));
    }

    private static Waveform block(Samples samples, int hertz) {
        var kind = Catalogue.standard().findWaveform("131330").orElseThrow();
        return new Waveform(
                new DeviceId("d"),
                EPOCH,
                kind,
                new Waveform.Rate(hertz, 1_000_000),
                new Waveform.Scale(
                        new BigDecimal("0.005"), BigDecimal.ZERO, kind.unit(), Optional.empty(), Optional.empty()),
                samples);
    }
}
