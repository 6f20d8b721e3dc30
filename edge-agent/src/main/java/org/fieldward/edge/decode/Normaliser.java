package org.fieldward.edge.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;

/**
 * The one place where what a device said becomes a value: code, unit, zero, 11073 special, plausibility. Immutable.
 *
 * <p>The special numbers are those of ISO/IEEE 11073-20601, FLOAT-Type (24 bits) and SFLOAT-Type (12 bits). A FLOAT
 * special is beyond every plausible range. An SFLOAT special (2047 and its kin) is a number where the parameter can have
 * it (a newborn of 2047 g), and a special where it cannot (a heart rate of 2047 /min).
 */
public final class Normaliser {

    private static final String NO_UNIT = "";
    private static final Map<Long, AbsentReason> SPECIALS = specials();

    /** MDC_AWAY_CO2_ET stands for the pressure and for the fraction: only the unit tells them apart. */
    private static final String ETCO2_MDC = "151708";

    private static final String ETCO2_FRACTION = "etco2-fraction";

    private record Range(BigDecimal low, BigDecimal high) {
        boolean holds(BigDecimal number) {
            return number.compareTo(low) >= 0 && number.compareTo(high) <= 0;
        }
    }

    private record Rule(Parameter parameter, Map<Unit, Range> ranges) {}

    private final Catalogue catalogue;
    private final Map<String, Rule> byCode = new HashMap<>();
    private final Map<String, Unit> units = new HashMap<>();
    private final Rule etco2Fraction;

    public Normaliser(Catalogue catalogue) {
        this.catalogue = catalogue;
        Map<String, Map<Unit, Range>> ranges = readRanges();
        for (Parameter parameter : catalogue.all()) {
            addRule(catalogue, parameter.key(), ranges);
            addRule(catalogue, parameter.loinc(), ranges);
            parameter.loincAlso().forEach(code -> addRule(catalogue, code, ranges));
            parameter.mdc().ifPresent(code -> addRule(catalogue, code.toString(), ranges));
            parameter.mdcAlso().forEach(code -> addRule(catalogue, code.toString(), ranges));
        }
        for (Unit unit : Unit.values()) {
            units.put(unit.ucum(), unit);
        }
        etco2Fraction = new Rule(catalogue.key(ETCO2_FRACTION), ranges.getOrDefault(ETCO2_FRACTION, Map.of()));
    }

    /** What a code means, as far as it means anything to us. */
    public Optional<Parameter> find(String code) {
        return Optional.ofNullable(byCode.get(code)).map(Rule::parameter);
    }

    /** Whether a number under this code means one thing only, also where no unit is named. */
    public boolean hasOneUnit(String code) {
        Rule rule = byCode.get(code);
        return rule != null
                && rule.parameter().unitsAlso().isEmpty()
                && !rule.parameter().equals(etco2Fraction.parameter())
                && !code.equals(ETCO2_MDC);
    }

    /** Whether the parameter may come in this unit (UCUM). */
    public boolean allows(Parameter parameter, String ucum) {
        Unit unit = units.get(ucum);
        return unit != null && parameter.allows(unit);
    }

    /** Of a number: a quantity, or the reason why it is none. The unit is UCUM; empty for the catalogue's own. */
    public Value number(String code, BigDecimal number, String unit) {
        Rule rule = rule(code, unit);
        Parameter parameter = rule.parameter();
        Unit given = unit(parameter, unit);
        if (parameter.zeroIsOff() && number.signum() == 0) {
            return new Value.Absent(parameter, AbsentReason.NOT_PERFORMED);
        }
        Range range = rule.ranges().get(given);
        if (range == null || range.holds(number)) {
            return new Value.Quantity(parameter, number, given);
        }
        Optional<AbsentReason> special = special(number);
        if (special.isPresent()) {
            return new Value.Absent(parameter, special.get());
        }
        throw Fault.invalid(parameter.key() + " must be " + range.low().toPlainString() + " to "
                + range.high().toPlainString() + " " + given.ucum() + ", was " + number.toPlainString());
    }

    public Value absent(String code, AbsentReason reason) {
        Parameter parameter = rule(code, NO_UNIT).parameter();
        if (parameter.isPanel()) {
            throw panel(parameter);
        }
        return new Value.Absent(parameter, reason);
    }

    /** Of a device that says itself why there is no number, with a code of HL7's data-absent-reason. */
    Value absent(String code, String reason) {
        AbsentReason known = AbsentReason.ofCode(reason)
                .orElseThrow(() -> Fault.invalid(Fault.echo(code)
                        + ": absent must be a data-absent-reason code such as error, was " + Fault.echo(reason)));
        return absent(code, known);
    }

    /** What NaN and the infinities are called in text, as far as {@code text} is one of them. */
    public static Optional<AbsentReason> notFinite(String text) {
        return switch (text) {
            case "NaN" -> Optional.of(AbsentReason.NOT_A_NUMBER);
            case "Infinity", "+Infinity", "INF", "+INF" -> Optional.of(AbsentReason.POSITIVE_INFINITY);
            case "-Infinity", "-INF" -> Optional.of(AbsentReason.NEGATIVE_INFINITY);
            default -> Optional.empty();
        };
    }

    private Rule rule(String code, String unit) {
        if (code.equals(ETCO2_MDC) && unit.equals(Unit.PERCENT.ucum())) {
            return etco2Fraction;
        }
        Rule rule = byCode.get(code);
        if (rule == null) {
            throw new Fault(RejectReason.UNKNOWN_CODE, "the catalogue has no parameter " + Fault.echo(code));
        }
        return rule;
    }

    private Unit unit(Parameter parameter, String ucum) {
        if (parameter.unit().isEmpty()) {
            throw panel(parameter);
        }
        if (ucum.isEmpty()) {
            if (parameter.equals(etco2Fraction.parameter())) {
                // Sources disagree on what LOINC 19889-5 measures, so only an explicit % is believed.
                throw new Fault(RejectReason.WRONG_UNIT, parameter.key() + " must name its unit, allowed is %");
            }
            return parameter.unit().get();
        }
        Unit unit = units.get(ucum);
        if (unit == null || !parameter.allows(unit)) {
            throw wrongUnit(parameter, ucum);
        }
        return unit;
    }

    private static Fault wrongUnit(Parameter parameter, String ucum) {
        var allowed = new StringBuilder(parameter.unit().map(Unit::ucum).orElse(""));
        parameter.unitsAlso().forEach(unit -> allowed.append(" or ").append(unit.ucum()));
        return new Fault(
                RejectReason.WRONG_UNIT, parameter.key() + " must be in " + allowed + ", was in " + Fault.echo(ucum));
    }

    private static Fault panel(Parameter parameter) {
        return Fault.invalid(parameter.key() + " is a panel: send its components");
    }

    private static Optional<AbsentReason> special(BigDecimal number) {
        if (number.precision() - number.scale() > 8
                || number.stripTrailingZeros().scale() > 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(SPECIALS.get(number.longValue()));
    }

    /** Every code that a number may come under. */
    Set<String> codes() {
        return byCode.keySet();
    }

    Catalogue catalogue() {
        return catalogue;
    }

    private void addRule(Catalogue catalogue, String code, Map<String, Map<Unit, Range>> ranges) {
        Parameter parameter = catalogue
                .find(code)
                .orElseThrow(() -> new IllegalStateException("the catalogue does not find its own code " + code));
        byCode.put(code, new Rule(parameter, ranges.getOrDefault(parameter.key(), Map.of())));
    }

    /** Each special as its bits, and as those bits read as a signed number. */
    private static Map<Long, AbsentReason> specials() {
        var specials = new HashMap<Long, AbsentReason>();
        for (int bits : new int[] {24, 12}) {
            long modulus = 1L << bits;
            long half = modulus / 2;
            Map<Long, AbsentReason> named = Map.of(
                    half - 1,
                    AbsentReason.NOT_A_NUMBER,
                    half - 2,
                    AbsentReason.POSITIVE_INFINITY,
                    half,
                    AbsentReason.ERROR,
                    half + 1,
                    AbsentReason.ERROR,
                    half + 2,
                    AbsentReason.NEGATIVE_INFINITY);
            named.forEach((special, reason) -> {
                specials.put(special, reason);
                if (special >= half) {
                    specials.put(special - modulus, reason);
                }
            });
        }
        return Map.copyOf(specials);
    }

    private static Map<String, Map<Unit, Range>> readRanges() {
        var ranges = new HashMap<String, Map<Unit, Range>>();
        try (InputStream in = Normaliser.class.getResourceAsStream("plausible.csv")) {
            if (in == null) {
                throw new IllegalStateException("the class path has no plausible.csv");
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            reader.lines().skip(1).map(line -> line.split(",", -1)).forEach(cell -> {
                Unit unit = Unit.ofUcum(cell[1])
                        .orElseThrow(() -> new IllegalStateException("plausible.csv: unknown unit '" + cell[1] + "'"));
                ranges.computeIfAbsent(cell[0], key -> new EnumMap<>(Unit.class))
                        .put(unit, new Range(new BigDecimal(cell[2]), new BigDecimal(cell[3])));
            });
        } catch (IOException e) {
            throw new UncheckedIOException("could not read plausible.csv", e);
        }
        return ranges;
    }
}
