package org.fieldward.simulator.sample;

import java.math.BigDecimal;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;

/** One value as a device says it. Unlike {@link Value} it may be a zero that means "sensor off". */
public sealed interface Spoken {

    Parameter parameter();

    /** What a truthful gateway and core must make of it. */
    Value expected();

    /** A number in the text that the device sends: {@code 37.0} is not {@code 37}. */
    record Quantity(Parameter parameter, BigDecimal number, Unit unit) implements Spoken {

        /** In the unit the catalogue assumes. */
        public static Quantity of(Parameter parameter, BigDecimal number) {
            Unit unit = parameter
                    .unit()
                    .orElseThrow(() -> new IllegalArgumentException(parameter.key() + " is a panel: it has no value"));
            return new Quantity(parameter, number, unit);
        }

        @Override
        public Value expected() {
            return parameter.zeroIsOff() && number.signum() == 0
                    ? new Value.Absent(parameter, AbsentReason.NOT_PERFORMED)
                    : new Value.Quantity(parameter, number, unit);
        }
    }

    /** The device says that it has no number, and why. */
    record Nothing(Parameter parameter, AbsentReason reason) implements Spoken {
        @Override
        public Value expected() {
            return new Value.Absent(parameter, reason);
        }
    }
}
