package org.fieldward.simulator.payload;

import java.util.Optional;
import org.fieldward.simulator.sample.Spoken;

/** One value as text, before a format gives it a shape; a malformed one may hold anything. */
record Cell(String code, Optional<String> number, String unit, Optional<String> absent) {

    static Cell of(Spoken spoken) {
        return switch (spoken) {
            case Spoken.Quantity number ->
                new Cell(
                        number.parameter().key(),
                        Optional.of(number.number().toPlainString()),
                        number.unit().ucum(),
                        Optional.empty());
            case Spoken.Nothing nothing ->
                new Cell(
                        nothing.parameter().key(),
                        Optional.empty(),
                        "",
                        Optional.of(nothing.reason().code()));
        };
    }

    Cell inUnit(String other) {
        return new Cell(code, number, other, absent);
    }

    Cell named(String other) {
        return new Cell(other, number, unit, absent);
    }
}
