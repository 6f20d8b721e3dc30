package org.fieldward.core.fhir;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.proto.link.StoredWaveform;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Waveform;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.SampledData;

/**
 * R4's SampledData of a stored waveform (https://hl7.org/fhir/R4/datatypes.html#SampledData): samples as the device
 * counted them, {@code E}, {@code L} and {@code U} where there is no number.
 */
final class SampledDataMaker {

    /** A period that no decimal can say, as of 360 Hz, is rounded here and only here; the record keeps the ratio. */
    private static final MathContext PERIOD = new MathContext(15, RoundingMode.HALF_EVEN);

    private static final BigDecimal MICROS_PER_MILLI = BigDecimal.valueOf(1000);

    private SampledDataMaker() {}

    static SampledData make(StoredWaveform record) {
        Waveform.Scale scale = WaveformRecord.scale(record);
        Waveform.Rate rate = WaveformRecord.rate(record);
        var data = new SampledData();
        data.setOrigin(new Quantity()
                .setValue(scale.offset())
                .setUnit(scale.unit().ucum())
                .setSystem(Terminology.UCUM)
                .setCode(scale.unit().ucum()));
        int dimensions = record.getExtremes() ? 2 : 1;
        // Of extremes, pairs are one point in time.
        data.setPeriod(BigDecimal.valueOf(rate.micros())
                .multiply(BigDecimal.valueOf(dimensions))
                .divide(BigDecimal.valueOf(rate.samples()).multiply(MICROS_PER_MILLI), PERIOD));
        data.setFactor(scale.resolution());
        // In the unit, not in counts: so is the standard's own example.
        scale.lowest().ifPresent(data::setLowerLimit);
        scale.highest().ifPresent(data::setUpperLimit);
        data.setDimensions(dimensions);
        data.setData(text(WaveformRecord.samples(record)));
        return data;
    }

    private static String text(Samples samples) {
        var text = new StringBuilder(samples.size() * 5);
        for (int i = 0; i < samples.size(); i++) {
            text.append(i == 0 ? "" : " ");
            switch (samples.get(i)) {
                case Samples.MISSING -> text.append('E');
                case Samples.BELOW -> text.append('L');
                case Samples.ABOVE -> text.append('U');
                default -> text.append(samples.get(i));
            }
        }
        return text.toString();
    }
}
