package org.fieldward.core.fhir;

import java.util.Optional;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.WaveformKind;

/**
 * The logical id of an Observation: {@code {device}.{measured}.{parameter}}, made by rule so that the same value has
 * the same id for ever. The device is written as {@link FhirId} says, {@code measured} is microseconds since 1970 in
 * base 36, the parameter is its number in the catalogue: the panel's number where the value is a component, the kind's
 * where it is a waveform.
 */
public record ObservationId(DeviceId device, long measuredMicros, Coded parameter) {

    @Override
    public String toString() {
        return FhirId.ofDevice(device) + "." + Long.toString(measuredMicros, 36) + "." + parameter.number();
    }

    /** @return empty if no Observation can have this id */
    public static Optional<ObservationId> parse(String id, Iterable<DeviceId> known) {
        int last = id.lastIndexOf('.');
        int middle = last < 1 ? -1 : id.lastIndexOf('.', last - 1);
        if (middle < 1 || id.length() > 64) {
            return Optional.empty();
        }
        Optional<DeviceId> device = FhirId.device(id.substring(0, middle), known);
        if (device.isEmpty()) {
            return Optional.empty();
        }
        try {
            long measured = Long.parseLong(id.substring(middle + 1, last), 36);
            int number = Integer.parseInt(id.substring(last + 1));
            Coded parameter = number < WaveformKind.FIRST_NUMBER
                    ? Catalogue.standard().parameter(number)
                    : Catalogue.standard().waveform(number);
            // One Observation has one id: another spelling of the same numbers names nothing.
            return Optional.of(new ObservationId(device.get(), measured, parameter))
                    .filter(found -> found.toString().equals(id));
        } catch (IllegalArgumentException notANumberOfOurs) {
            return Optional.empty();
        }
    }
}
