package org.fieldward.proto.reading;

import java.util.Optional;

/**
 * The UCUM units that parameters and waveforms may carry (https://ucum.org). The number is on the wire and in stored
 * records; the MDC code is that of ISO/IEEE 11073-10101, 0 where we name none.
 */
public enum Unit {
    PER_MINUTE(1, "/min", 264864),
    PERCENT(2, "%", 262688),
    MILLIMETRE_OF_MERCURY(3, "mm[Hg]", 266016),
    CELSIUS(4, "Cel", 268192),
    FAHRENHEIT(5, "[degF]", 268160),
    KILOGRAM(6, "kg", 263875),
    GRAM(7, "g", 0),
    POUND(8, "[lb_av]", 0),
    CENTIMETRE(9, "cm", 263441),
    INCH(10, "[in_i]", 0),
    KILOGRAM_PER_SQUARE_METRE(11, "kg/m2", 0),
    MILLIGRAM_PER_DECILITRE(12, "mg/dL", 264274),
    MILLIVOLT(13, "mV", 266418),
    MICROVOLT(14, "uV", 266419),
    ONE(15, "1", 262656),
    OHM(16, "Ohm", 0),
    CENTIMETRE_OF_WATER(17, "cm[H2O]", 0),
    LITRE_PER_MINUTE(18, "L/min", 0);

    private static final Unit[] BY_NUMBER = new Unit[values().length + 1];

    static {
        for (Unit unit : values()) {
            BY_NUMBER[unit.number] = unit;
        }
    }

    private final int number;
    private final String ucum;
    private final int mdc;

    Unit(int number, String ucum, int mdc) {
        this.number = number;
        this.ucum = ucum;
        this.mdc = mdc;
    }

    public int number() {
        return number;
    }

    public String ucum() {
        return ucum;
    }

    public int mdc() {
        return mdc;
    }

    public static Unit of(int number) {
        if (number < 1 || number >= BY_NUMBER.length) {
            throw new IllegalArgumentException("unit must be 1 to " + (BY_NUMBER.length - 1) + ", was " + number);
        }
        return BY_NUMBER[number];
    }

    public static Optional<Unit> ofUcum(String ucum) {
        for (Unit unit : values()) {
            if (unit.ucum.equals(ucum)) {
                return Optional.of(unit);
            }
        }
        return Optional.empty();
    }
}
