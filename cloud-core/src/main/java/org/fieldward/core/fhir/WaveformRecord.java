package org.fieldward.core.fhir;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import org.fieldward.proto.link.StoredDecimal;
import org.fieldward.proto.link.StoredWaveform;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.WaveformKind;

/** A block of a waveform as it is stored, and back. */
public final class WaveformRecord {

    private WaveformRecord() {}

    public static StoredWaveform of(Waveform block) {
        Waveform.Scale scale = block.scale();
        var record = StoredWaveform.newBuilder()
                .setKind(block.kind().number())
                .setUnit(scale.unit().number())
                .setRateSamples(block.rate().samples())
                .setRateMicros(block.rate().micros())
                .setResolution(decimal(scale.resolution()))
                .setOffset(decimal(scale.offset()))
                .setExtremes(block.form() == Waveform.Form.EXTREMES);
        scale.lowest().ifPresent(limit -> record.setLowest(decimal(limit)));
        scale.highest().ifPresent(limit -> record.setHighest(decimal(limit)));
        Samples samples = block.samples();
        int last = 0;
        int end = 0;
        for (int i = 0; i < samples.size(); ) {
            int value = samples.get(i);
            if (!Samples.isMark(value)) {
                record.addDifference(value - last);
                last = value;
                i++;
                continue;
            }
            int from = i;
            while (i < samples.size() && samples.get(i) == value) {
                i++;
            }
            record.addMarkGap(from - end).addMarkLength(i - from).addMark(number(value));
            end = i;
        }
        return record.build();
    }

    public static WaveformKind kind(StoredWaveform record) {
        return Catalogue.standard().waveform(record.getKind());
    }

    /** How many samples, marked ones, too. */
    public static int size(StoredWaveform record) {
        return record.getDifferenceCount()
                + record.getMarkLengthList().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
    }

    public static Samples samples(StoredWaveform record) {
        int[] samples = new int[size(record)];
        int end = 0;
        for (int run = 0; run < record.getMarkCount(); run++) {
            int from = end + record.getMarkGap(run);
            end = from + record.getMarkLength(run);
            Arrays.fill(samples, from, end, mark(record.getMark(run)));
        }
        int last = 0;
        int next = 0;
        for (int i = 0; i < samples.length; i++) {
            if (!Samples.isMark(samples[i])) {
                last += record.getDifference(next++);
                samples[i] = last;
            }
        }
        return Samples.of(samples);
    }

    public static Waveform.Rate rate(StoredWaveform record) {
        return new Waveform.Rate(record.getRateSamples(), record.getRateMicros());
    }

    public static Waveform.Scale scale(StoredWaveform record) {
        return new Waveform.Scale(
                decimal(record.getResolution()),
                decimal(record.getOffset()),
                Unit.of(record.getUnit()),
                record.hasLowest() ? Optional.of(decimal(record.getLowest())) : Optional.empty(),
                record.hasHighest() ? Optional.of(decimal(record.getHighest())) : Optional.empty());
    }

    private static int number(int mark) {
        return mark == Samples.MISSING ? 1 : mark == Samples.BELOW ? 2 : 3;
    }

    private static int mark(int number) {
        return switch (number) {
            case 1 -> Samples.MISSING;
            case 2 -> Samples.BELOW;
            case 3 -> Samples.ABOVE;
            default -> throw new IllegalArgumentException("mark must be 1 to 3, was " + number);
        };
    }

    private static StoredDecimal decimal(BigDecimal number) {
        return StoredDecimal.newBuilder()
                .setUnscaled(number.unscaledValue().longValueExact())
                .setScale(number.scale())
                .build();
    }

    private static BigDecimal decimal(StoredDecimal number) {
        return BigDecimal.valueOf(number.getUnscaled(), number.getScale());
    }
}
