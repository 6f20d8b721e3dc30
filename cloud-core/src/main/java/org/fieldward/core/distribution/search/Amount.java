package org.fieldward.core.distribution.search;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.proto.reading.Unit;

/**
 * {@code [prefix]number|system|code} (https://hl7.org/fhir/R4/search.html#quantity).
 *
 * @param half half of the last digit that was written, which is how exact equality is
 */
record Amount(String prefix, BigDecimal number, BigDecimal half, Optional<String> system, Optional<String> code) {

    private static final Pattern VALUE =
            Pattern.compile("(eq|ne|lt|le|gt|ge|sa|eb|ap)?([+-]?\\d{1,18}(?:\\.\\d{1,18})?(?:[eE][+-]?\\d{1,2})?)");

    static Amount of(String parameter, String value) {
        String[] part = value.split("\\|", -1);
        Matcher matcher = VALUE.matcher(part[0]);
        if (!matcher.matches() || part.length == 2 || part.length > 3) {
            throw new SearchException(parameter, "must be a number, or number|system|code, with a prefix or without");
        }
        var number = new BigDecimal(matcher.group(2));
        return new Amount(
                matcher.group(1) == null ? "eq" : matcher.group(1),
                number,
                BigDecimal.ONE.movePointLeft(number.scale()).divide(BigDecimal.TWO),
                part.length == 3 && !part[1].isEmpty() ? Optional.of(part[1]) : Optional.empty(),
                part.length == 3 && !part[2].isEmpty() ? Optional.of(part[2]) : Optional.empty());
    }

    boolean matches(BigDecimal value, Unit unit) {
        if (!system.map(Terminology.UCUM::equals).orElse(true)
                || !code.map(unit.ucum()::equals).orElse(true)) {
            return false;
        }
        int order = value.compareTo(number);
        return switch (prefix) {
            case "eq" -> isEqual(value);
            case "ne" -> !isEqual(value);
            case "gt", "sa" -> order > 0;
            case "lt", "eb" -> order < 0;
            case "ge" -> order >= 0;
            case "le" -> order <= 0;
            default -> value.subtract(number).abs().compareTo(number.abs().movePointLeft(1)) <= 0;
        };
    }

    private boolean isEqual(BigDecimal value) {
        return value.compareTo(number.subtract(half)) >= 0 && value.compareTo(number.add(half)) < 0;
    }
}
