package org.fieldward.core.fhir;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.WaveformKind;

/** Writes stored readings for tests. */
public final class StoredReadings {

    private StoredReadings() {}

    public static Value number(String key, String number) {
        var parameter = Catalogue.standard().key(key);
        return new Value.Quantity(
                parameter, new BigDecimal(number), parameter.unit().orElseThrow());
    }

    public static Value number(String key, String number, Unit unit) {
        return new Value.Quantity(Catalogue.standard().key(key), new BigDecimal(number), unit);
    }

    public static Value absent(String key, AbsentReason reason) {
        return new Value.Absent(Catalogue.standard().key(key), reason);
    }

    public static StoredReading reading(String device, String patient, Instant measured, Value... values) {
        long micros = Micros.of(measured);
        var reading = StoredReading.newBuilder()
                .setVersion(1)
                .setDevice(device)
                .setPatient(patient)
                .setMeasuredMicros(micros)
                .setReceivedMicros(micros + 40_000)
                .setDeviceMicros(micros)
                .setGateway("ward-3")
                .setEpoch(1)
                .setSequence(micros / 1_000_000);
        List<Value> sorted = Arrays.stream(values)
                .sorted(Comparator.comparingInt(value -> value.parameter().number()))
                .toList();
        for (Value value : sorted) {
            reading.addParameter(value.parameter().number());
            switch (value) {
                case Value.Quantity quantity ->
                    reading.addUnscaled(quantity.number().unscaledValue().longValueExact())
                            .addScale(quantity.number().scale())
                            .addUnit(quantity.unit().number())
                            .addAbsent(0);
                case Value.Absent absent ->
                    reading.addUnscaled(0)
                            .addScale(0)
                            .addUnit(0)
                            .addAbsent(absent.reason().number());
            }
        }
        return reading.build();
    }

    /** A block of a waveform, 250 Hz, 5 µV a step where it is an ECG. */
    public static StoredReading waveform(String device, String patient, Instant begins, String kind, int... samples) {
        WaveformKind known = Catalogue.standard().findWaveform(kind).orElseThrow();
        long micros = Micros.of(begins);
        var block = new Waveform(
                new DeviceId(device),
                new Stamp(Optional.of(begins), begins, 0, 1, ClockState.SYNCHRONISED),
                known,
                new Waveform.Rate(250, 1_000_000),
                new Waveform.Scale(
                        new BigDecimal("0.005"),
                        new BigDecimal("-0.10"),
                        known.unit(),
                        Optional.of(new BigDecimal("-5")),
                        Optional.of(new BigDecimal("5"))),
                Samples.of(samples));
        return reading(device, patient, begins).toBuilder()
                .setWaveform(WaveformRecord.of(block))
                .setSequence(micros / 1_000_000)
                .build();
    }
}
