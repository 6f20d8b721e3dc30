package org.fieldward.proto.reading;

import java.util.List;
import java.util.Optional;

/**
 * One row of {@code waveforms.csv}: a signal that a device can sample. Instances come from {@link Catalogue} only, one
 * per row, so they may be compared by identity.
 *
 * @param number from 1001 on, so that it is never a parameter's
 * @param key our own short name, e.g. {@code ecg-ii}
 * @param loinc empty where LOINC has no code for the signal itself
 * @param mdc there is always one
 * @param unit the unit the samples have when the device names none
 * @param unitsAlso other units that are taken; kept as they come, never converted
 */
public record WaveformKind(
        int number,
        String key,
        String name,
        Optional<String> loinc,
        Optional<Integer> mdc,
        Unit unit,
        List<Unit> unitsAlso)
        implements Coded {

    public static final int FIRST_NUMBER = 1001;

    public WaveformKind {
        unitsAlso = List.copyOf(unitsAlso);
        if (number < FIRST_NUMBER || mdc.isEmpty()) {
            throw new IllegalArgumentException(key + " must have an MDC code and a number from " + FIRST_NUMBER);
        }
    }

    public boolean allows(Unit candidate) {
        return unit == candidate || unitsAlso.contains(candidate);
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
