package org.fieldward.proto.reading;

import java.math.BigDecimal;

/** One number in a reading, or the reason why there is none. */
public sealed interface Value {

    /** More digits than any sensor has, and few enough that the unscaled number fits a long. */
    int MAX_DIGITS = 18;

    Parameter parameter();

    /**
     * A number as the device gave it: precision is kept, {@code 37.0} stays {@code 37.0}.
     *
     * @param number at most 18 digits, scale 0 to 18
     * @param unit one that the parameter allows
     */
    record Quantity(Parameter parameter, BigDecimal number, Unit unit) implements Value {
        public Quantity {
            if (parameter.isPanel()) {
                throw new IllegalArgumentException(parameter.key() + " is a panel: it has components, not a value");
            }
            if (!parameter.allows(unit)) {
                throw new IllegalArgumentException(parameter.key() + " does not allow the unit " + unit.ucum());
            }
            if (number.scale() < 0) {
                number = number.setScale(0);
            }
            if (number.precision() > MAX_DIGITS || number.scale() > MAX_DIGITS) {
                throw new IllegalArgumentException(
                        parameter.key() + " must have at most " + MAX_DIGITS + " digits, had " + number.precision());
            }
            if (parameter.zeroIsOff() && number.signum() == 0) {
                throw new IllegalArgumentException(parameter.key() + ": a zero is 'sensor off', never a number");
            }
        }
    }

    record Absent(Parameter parameter, AbsentReason reason) implements Value {
        public Absent {
            if (parameter.isPanel()) {
                throw new IllegalArgumentException(parameter.key() + " is a panel: it has components, not a value");
            }
        }
    }
}
