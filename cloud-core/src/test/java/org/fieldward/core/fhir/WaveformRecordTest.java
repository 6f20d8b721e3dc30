package org.fieldward.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Waveform;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.SampledData;
import org.junit.jupiter.api.Test;

class WaveformRecordTest {

    private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");

    @Test
    void a_stored_block_says_what_the_device_said() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            int[] samples = random.ints(1 + random.nextInt(400), -Samples.MAX_SAMPLE, Samples.MAX_SAMPLE + 1)
                    .map(sample -> switch (random.nextInt(8)) {
                        case 0 -> Samples.MISSING;
                        case 1 -> Samples.BELOW;
                        case 2 -> Samples.ABOVE;
                        default -> sample;
                    })
                    .toArray();
            var rate = new Waveform.Rate(1 + random.nextInt(1000), 1_000_000);
            var scale = new Waveform.Scale(
                    new BigDecimal("0.00250"),
                    new BigDecimal("-12"),
                    Unit.MICROVOLT,
                    Optional.of(new BigDecimal("-5.0")),
                    Optional.of(new BigDecimal("5")));
            var block = new Waveform(
                    new DeviceId("d"),
                    new Stamp(Optional.empty(), START, 0, 1, ClockState.UNCONFIRMED),
                    Catalogue.standard().findWaveform("eeg").orElseThrow(),
                    rate,
                    scale,
                    Samples.of(samples));

            var record = WaveformRecord.of(block);

            assertThat(WaveformRecord.samples(record)).as("seed " + seed).isEqualTo(block.samples());
            assertThat(WaveformRecord.size(record)).isEqualTo(samples.length);
            assertThat(WaveformRecord.rate(record)).isEqualTo(rate);
            assertThat(WaveformRecord.scale(record)).isEqualTo(scale);
            assertThat(WaveformRecord.kind(record)).isEqualTo(block.kind());
        }
    }

    @Test
    void a_block_becomes_a_valid_observation_of_sampled_data_without_a_vital_signs_profile() {
        StoredReading block = StoredReadings.waveform(
                "mon_1", "p1", START, "ecg-ii", 0, -3, 17, Samples.MISSING, Samples.BELOW, Samples.ABOVE);
        var maker = new ObservationMaker();

        String json = FullValidator.CONTEXT
                .newJsonParser()
                .encodeResourceToString(maker.make(block).getFirst());
        Observation observation = FullValidator.CONTEXT.newJsonParser().parseResource(Observation.class, json);

        assertThat(FullValidator.errors(json)).isEmpty();
        assertThat(observation.getMeta().getProfile()).isEmpty();
        assertThat(observation.getCategoryFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("procedure");
        assertThat(observation.getCode().getCodingFirstRep().getSystem()).isEqualTo("urn:iso:std:iso:11073:10101");
        assertThat(observation.getCode().getCodingFirstRep().getCode()).isEqualTo("131330");
        assertThat(observation.getSubject().getReference()).isEqualTo("Patient/p1");
        assertThat(observation.getDevice().getReference()).isEqualTo("Device/mon.u1");
        assertThat(observation.getEffectivePeriod().getStartElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:00.000000Z");
        assertThat(observation.getEffectivePeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:00.024000Z");
        SampledData data = observation.getValueSampledData();
        assertThat(data.getData()).isEqualTo("0 -3 17 E L U");
        assertThat(data.getPeriod()).isEqualByComparingTo("4");
        assertThat(data.getFactor()).isEqualTo(new BigDecimal("0.005"));
        assertThat(data.getOrigin().getValue()).isEqualTo(new BigDecimal("-0.10"));
        assertThat(data.getOrigin().getCode()).isEqualTo("mV");
        assertThat(data.getLowerLimit()).isEqualByComparingTo("-5");
        assertThat(data.getUpperLimit()).isEqualByComparingTo("5");
        assertThat(data.getDimensions()).isEqualTo(1);
    }

    @Test
    void extremes_are_two_samples_at_each_point_in_time() {
        StoredReading measured = StoredReadings.waveform("mon_1", "p1", START, "ecg-ii", -3, 17, -5, 20);
        StoredReading extremes = measured.toBuilder()
                .setWaveform(measured.getWaveform().toBuilder().setExtremes(true))
                .build();

        Observation observation = new ObservationMaker().make(extremes).getFirst();
        String json = FullValidator.CONTEXT.newJsonParser().encodeResourceToString(observation);

        assertThat(FullValidator.errors(json)).isEmpty();
        SampledData data = observation.getValueSampledData();
        assertThat(data.getDimensions()).isEqualTo(2);
        assertThat(data.getPeriod()).isEqualByComparingTo("8");
        assertThat(data.getData()).isEqualTo("-3 17 -5 20");
        assertThat(observation.getNoteFirstRep().getText()).contains("lowest and the highest");
        assertThat(observation.getEffectivePeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:00.016000Z");
    }

    /** 11073 has one code for the curve and for its mean; who keeps Observations by identifier would lose one of them. */
    @Test
    void a_pressure_and_its_curve_of_the_same_instant_have_identifiers_of_their_own() {
        var maker = new ObservationMaker();
        Observation number = maker.make(
                        StoredReadings.reading("mon-1", "p1", START, StoredReadings.number("icp", "12")))
                .getFirst();
        Observation curve = maker.make(StoredReadings.waveform("mon-1", "p1", START, "intracranial-pressure", 12))
                .getFirst();

        assertThat(number.getIdentifierFirstRep().getValue()).isEqualTo("mon-1-p1-153608-20261121T020000.000000Z");
        assertThat(curve.getIdentifierFirstRep().getValue())
                .isEqualTo("mon-1-p1-153608-waveform-20261121T020000.000000Z");
    }
}
