package org.fieldward.proto.reading;

import java.util.Comparator;
import java.util.List;

/**
 * What one device measured at one instant.
 *
 * @param values one to 32, at most one per parameter; kept sorted by the parameter's number
 */
public record Reading(DeviceId device, Stamp stamp, List<Value> values) implements Entry {

    public static final int MAX_VALUES = 32;

    private static final Comparator<Value> BY_PARAMETER =
            Comparator.comparingInt(value -> value.parameter().number());

    public Reading {
        if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "values must be 1 to " + MAX_VALUES + " in one reading, were " + values.size());
        }
        values = isSorted(values)
                ? List.copyOf(values)
                : values.stream().sorted(BY_PARAMETER).toList();
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i).parameter() == values.get(i - 1).parameter()) {
                throw new IllegalArgumentException("values must name a parameter once, "
                        + values.get(i).parameter().key() + " came twice");
            }
        }
    }

    @Override
    public Lane lane() {
        return Lane.VITAL;
    }

    private static boolean isSorted(List<Value> values) {
        for (int i = 1; i < values.size(); i++) {
            if (BY_PARAMETER.compare(values.get(i - 1), values.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }
}
