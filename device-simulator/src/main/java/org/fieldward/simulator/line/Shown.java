package org.fieldward.simulator.line;

import java.math.BigDecimal;
import org.fieldward.proto.reading.Value;

/** A value as text shows it. Two are equal only if digits, precision and unit are. */
public sealed interface Shown {

    static Shown of(Value value) {
        return switch (value) {
            case Value.Quantity quantity ->
                new Quantity(quantity.number(), quantity.unit().ucum());
            case Value.Absent absent -> new Absent(absent.reason().code());
        };
    }

    record Quantity(BigDecimal number, String unit) implements Shown {
        @Override
        public String toString() {
            return number.toPlainString() + " " + unit;
        }
    }

    record Absent(String reason) implements Shown {
        @Override
        public String toString() {
            return "absent (" + reason + ")";
        }
    }
}
