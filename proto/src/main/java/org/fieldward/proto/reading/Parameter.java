package org.fieldward.proto.reading;

import java.util.List;
import java.util.Optional;

/**
 * One row of the catalogue: something a device can measure. Instances come from {@link Catalogue} only, one per row, so
 * they may be compared by identity.
 *
 * @param number on the wire and in stored records; never reused
 * @param key our own short name, e.g. {@code heart-rate}
 * @param profile the R4 vital-signs profile of the Observation, e.g. {@code heartrate}; {@code vitalsigns} for the base,
 *     {@code laboratory} where it is not a vital sign
 * @param panel key of the panel this is a component of, e.g. {@code blood-pressure}
 * @param mdc 11073-10101 code as a 32-bit number (partition × 65536 + term), empty where there is none
 * @param unit the unit a value has when the device names none; empty for a panel, which has no value
 * @param unitsAlso other units the profile allows; kept as they come, never converted
 * @param zeroIsOff true if monitors send 0 for "no sensor", so that 0 is never a number
 */
public record Parameter(
        int number,
        String key,
        String name,
        String profile,
        Optional<String> panel,
        String loinc,
        List<String> loincAlso,
        Optional<Integer> mdc,
        List<Integer> mdcAlso,
        Optional<Unit> unit,
        List<Unit> unitsAlso,
        boolean zeroIsOff)
        implements Coded {

    public Parameter {
        loincAlso = List.copyOf(loincAlso);
        mdcAlso = List.copyOf(mdcAlso);
        unitsAlso = List.copyOf(unitsAlso);
    }

    public boolean isPanel() {
        return unit.isEmpty();
    }

    public boolean allows(Unit candidate) {
        return (unit.isPresent() && unit.get() == candidate) || unitsAlso.contains(candidate);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return key;
    }
}
