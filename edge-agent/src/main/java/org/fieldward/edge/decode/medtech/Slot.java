package org.fieldward.edge.decode.medtech;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.medtech.UnitWords.Meant;
import org.fieldward.proto.reading.Parameter;

/**
 * A value or component of a FHIR template.
 *
 * @param value where it stands in the file
 * @param unit the file's word; empty for none
 */
public record Slot(Part value, String name, Type type, String unit, List<Coding> codes, Meaning meaning) {

    /** The data types of FHIR that a value may have; named as in the files. */
    public enum Type {
        SAMPLED_DATA("SampledData"),
        QUANTITY("Quantity"),
        CODEABLE_CONCEPT("CodeableConcept"),
        STRING("String");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        public boolean isNumber() {
            return this == SAMPLED_DATA || this == QUANTITY;
        }
    }

    /** What becomes of the value here. */
    public sealed interface Meaning {

        /**
         * @param code of the catalogue
         * @param ucum empty for the catalogue's own
         * @param factor what the number is multiplied by
         */
        record Measured(String code, String ucum, BigDecimal factor) implements Meaning {}

        /** It is kept in quarantine with the message. */
        record Unusable(RejectReason reason, String why) implements Meaning {}
    }

    public Slot {
        codes = List.copyOf(codes);
    }

    /** @param value with a valueType and a valueName */
    static Slot read(Part value, List<Coding> codes, Normaliser normaliser) {
        Type type = type(value);
        String unit = value.maybe("code")
                .filter(code -> type == Type.QUANTITY && UnitWords.named(code).isPresent())
                .or(() -> value.maybe("unit"))
                .or(() -> type == Type.QUANTITY ? value.maybe("code") : Optional.empty())
                .orElse("");
        String name = value.text("valueName");
        return new Slot(value, name, type, unit, codes, meaning(name, type, unit, codes, normaliser));
    }

    private static Type type(Part value) {
        String word = value.text("valueType");
        for (Type type : Type.values()) {
            if (type.word.equalsIgnoreCase(word)) {
                return type;
            }
        }
        throw value.needs("valueType")
                .bad("must be SampledData, Quantity, CodeableConcept or String, was '" + word + "'");
    }

    private static Meaning meaning(String name, Type type, String unit, List<Coding> codes, Normaliser normaliser) {
        if (!type.isNumber()) {
            return new Meaning.Unusable(
                    RejectReason.INVALID_FIELD, name + " is a " + type.word + ", and a reading holds numbers");
        }
        Optional<Coding> best = Coding.best(codes, normaliser);
        if (best.isEmpty()) {
            return new Meaning.Unusable(
                    RejectReason.UNKNOWN_CODE,
                    "the catalogue has no parameter for " + name + ", code "
                            + codes.stream().map(Coding::code).collect(Collectors.joining(" or ")));
        }
        Parameter parameter = best.get().parameter(normaliser).orElseThrow();
        if (parameter.isPanel()) {
            return new Meaning.Unusable(
                    RejectReason.INVALID_FIELD,
                    name + ": " + parameter.key() + " is a panel, its components have values");
        }
        if (Coding.meanings(codes, normaliser).size() > 1) {
            return new Meaning.Unusable(
                    RejectReason.INVALID_FIELD,
                    name + " has codes of several parameters: "
                            + String.join(", ", Coding.meanings(codes, normaliser)));
        }
        Optional<Coding> doubtful = codes.stream()
                .filter(coding -> coding.contradictsItself(normaliser))
                .findFirst();
        if (doubtful.isPresent()) {
            return new Meaning.Unusable(
                    RejectReason.INVALID_FIELD,
                    name + " has the code "
                            + doubtful.get().code() + " of " + parameter.key() + ", and its display says '"
                            + doubtful.get().display() + "'");
        }
        return measured(name, best.get().code(), parameter, unit, normaliser);
    }

    private static Meaning measured(String name, String code, Parameter parameter, String unit, Normaliser normaliser) {
        if (unit.isEmpty()) {
            return normaliser.hasOneUnit(code)
                    ? new Meaning.Measured(code, "", BigDecimal.ONE)
                    : new Meaning.Unusable(
                            RejectReason.WRONG_UNIT,
                            name + " must have a unit, because " + parameter.key() + " may come in "
                                    + allowed(parameter));
        }
        Optional<Meant> meant = UnitWords.of(unit, parameter);
        return meant.<Meaning>map(one -> new Meaning.Measured(code, one.unit().ucum(), one.factor()))
                .orElseGet(() -> new Meaning.Unusable(
                        RejectReason.WRONG_UNIT,
                        name + ": " + parameter.key() + " must be in " + allowed(parameter) + ", was in '" + unit
                                + "'"));
    }

    /** For messages: UCUM. */
    public static String allowed(Parameter parameter) {
        var allowed = new StringBuilder();
        parameter.unit().ifPresent(unit -> allowed.append(unit.ucum()));
        parameter.unitsAlso().forEach(unit -> allowed.append(" or ").append(unit.ucum()));
        return allowed.toString();
    }

    @Override
    public String toString() {
        return name + " " + type.word.toLowerCase(Locale.ROOT);
    }
}
