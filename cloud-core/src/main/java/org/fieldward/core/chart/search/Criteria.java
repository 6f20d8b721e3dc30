package org.fieldward.core.chart.search;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.search.Criterion.Prefix;
import org.fieldward.core.chart.search.Parameter.Kind;
import org.hl7.fhir.r4.model.IdType;

/** Reads what is asked for under a parameter (https://hl7.org/fhir/R4/search.html). */
final class Criteria {

    private static final Pattern PREFIXED = Pattern.compile("(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", Pattern.DOTALL);
    private static final Pattern WITH_TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)?");
    private static final double APPROXIMATELY = 0.1;

    private final Instant now;

    Criteria(Instant now) {
        this.now = now;
    }

    /** At commas that no backslash stands before. */
    static List<String> split(String text, char at) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '\\' && i + 1 < text.length()) {
                part.append(letter).append(text.charAt(++i));
            } else if (letter == at) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(letter);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static String unescape(String text) {
        return text.indexOf('\\') < 0 ? text : text.replaceAll("\\\\([\\\\,|$])", "$1");
    }

    /**
     * @param modifier without its colon; empty: none
     * @param text one value, still escaped
     */
    Criterion read(Parameter parameter, String modifier, String text) {
        if (text.isEmpty()) {
            throw new BadSearch(parameter.name(), "must have a value");
        }
        return switch (parameter.kind()) {
            case TOKEN -> token(parameter, modifier, text);
            case REFERENCE -> reference(parameter, modifier, text);
            case DATE -> plain(parameter, modifier, date(parameter.name(), text));
            case STRING -> string(parameter, modifier, unescape(text));
            case QUANTITY, NUMBER -> plain(parameter, modifier, amount(parameter, text));
            case URI -> uri(parameter, modifier, unescape(text));
            case COMPOSITE -> plain(parameter, modifier, pair(parameter, text));
        };
    }

    private static Criterion plain(Parameter parameter, String modifier, Criterion criterion) {
        return modifier.isEmpty() ? criterion : unknown(parameter, modifier);
    }

    private static Criterion unknown(Parameter parameter, String modifier) {
        // What came as a modifier may hold anything, so it is not repeated unless it is a word.
        String said = modifier.matches("[A-Za-z-]{1,30}") ? ":" + modifier : "its modifier";
        throw new BadSearch(parameter.name(), "must not have " + said);
    }

    private static Criterion token(Parameter parameter, String modifier, String text) {
        List<String> parts = split(text, '|').stream().map(Criteria::unescape).toList();
        return switch (modifier) {
            case "", "not" -> token(parameter, parts);
            case "text" -> new Criterion.TextStarts(Value.plainly(unescape(text)));
            case "of-type" -> {
                if (parts.size() != 3) {
                    throw new BadSearch(parameter.name(), "must be system|code|value with :of-type");
                }
                yield new Criterion.TokenIs(
                        Optional.of(parts.get(0)).filter(system -> !system.isEmpty()),
                        Optional.of(parts.get(1) + "|" + parts.get(2)));
            }
            default -> unknown(parameter, modifier);
        };
    }

    private static Criterion token(Parameter parameter, List<String> parts) {
        return switch (parts.size()) {
            case 1 -> new Criterion.TokenIs(Optional.empty(), Optional.of(parts.get(0)));
            case 2 ->
                new Criterion.TokenIs(
                        Optional.of(parts.get(0)), Optional.of(parts.get(1)).filter(code -> !code.isEmpty()));
            default -> throw new BadSearch(parameter.name(), "must be code or system|code");
        };
    }

    private static Criterion reference(Parameter parameter, String modifier, String text) {
        String said = unescape(text);
        if (modifier.equals("identifier")) {
            return token(
                    parameter, split(text, '|').stream().map(Criteria::unescape).toList());
        }
        Set<String> types = parameter.only().map(Set::of).orElse(parameter.targets());
        if (!modifier.isEmpty()) {
            if (!Character.isUpperCase(modifier.charAt(0)) || !(types.isEmpty() || types.contains(modifier))) {
                return unknown(parameter, modifier);
            }
            types = Set.of(modifier);
        }
        var id = new IdType(said);
        if (id.isAbsolute() || id.isLocal() || said.startsWith("urn:")) {
            return new Criterion.ReferenceUrl(id.toVersionless().getValue());
        }
        if (id.hasResourceType()) {
            boolean possible = types.isEmpty() || types.contains(id.getResourceType());
            return new Criterion.ReferenceIs(Set.of(possible ? id.getResourceType() : "none"), id.getIdPart());
        }
        return new Criterion.ReferenceIs(types, said);
    }

    private static Criterion string(Parameter parameter, String modifier, String text) {
        return switch (modifier) {
            case "" -> new Criterion.TextStarts(Value.plainly(text));
            case "contains" -> new Criterion.TextContains(Value.plainly(text));
            case "exact" -> new Criterion.TextIs(text);
            default -> unknown(parameter, modifier);
        };
    }

    private static Criterion uri(Parameter parameter, String modifier, String text) {
        return switch (modifier) {
            case "" -> new Criterion.UriIs(Criterion.UriRule.SAME, text);
            case "below" -> new Criterion.UriIs(Criterion.UriRule.BELOW, text);
            case "above" -> new Criterion.UriIs(Criterion.UriRule.ABOVE, text);
            default -> unknown(parameter, modifier);
        };
    }

    private static Matcher prefixed(String text) {
        Matcher prefixed = PREFIXED.matcher(text);
        if (!prefixed.matches()) {
            throw new IllegalStateException("everything has or has no prefix");
        }
        return prefixed;
    }

    private static Prefix prefix(Matcher prefixed) {
        String prefix = prefixed.group(1);
        return prefix == null ? Prefix.EQ : Prefix.valueOf(prefix.toUpperCase(Locale.ROOT));
    }

    Criterion.SpanIs date(String name, String text) {
        Matcher prefixed = prefixed(text);
        Value.Span span = span(name, prefixed.group(2));
        Prefix prefix = prefix(prefixed);
        if (prefix != Prefix.AP) {
            return new Criterion.SpanIs(prefix, span.low(), span.high());
        }
        // A tenth of how long ago it is (https://hl7.org/fhir/R4/search.html#prefix).
        long around = (long) (Math.abs(now.toEpochMilli() - span.low()) * APPROXIMATELY);
        return new Criterion.SpanIs(prefix, span.low() - around, span.high() + around);
    }

    private static Value.Span span(String name, String text) {
        try {
            switch (text.length()) {
                case 4 -> {
                    return Datatypes.days(LocalDate.of(Integer.parseInt(text), 1, 1), ChronoUnit.YEARS);
                }
                case 7 -> {
                    return Datatypes.days(YearMonth.parse(text).atDay(1), ChronoUnit.MONTHS);
                }
                case 10 -> {
                    return Datatypes.days(LocalDate.parse(text), ChronoUnit.DAYS);
                }
                default -> {}
            }
            Matcher time = WITH_TIME.matcher(text);
            if (time.matches()) {
                Instant low = time.group(3) == null
                        ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                        : OffsetDateTime.parse(text).toInstant();
                long width = time.group(1) == null ? 60_000 : time.group(2) == null ? 1_000 : 1;
                return new Value.Span(low.toEpochMilli(), low.toEpochMilli() + width);
            }
        } catch (DateTimeException | NumberFormatException e) {
            throw new BadSearch(name, "must be a date as FHIR writes it");
        }
        throw new BadSearch(name, "must be a date as FHIR writes it");
    }

    private static Criterion amount(Parameter parameter, String text) {
        List<String> parts = split(text, '|').stream().map(Criteria::unescape).toList();
        if (parts.size() != 1 && (parts.size() != 3 || parameter.kind() == Kind.NUMBER)) {
            throw new BadSearch(parameter.name(), "must be a number, with |system|unit behind it where it has one");
        }
        Matcher prefixed = prefixed(parts.get(0));
        BigDecimal value;
        try {
            value = new BigDecimal(prefixed.group(2));
        } catch (NumberFormatException e) {
            throw new BadSearch(parameter.name(), "must be a number");
        }
        Prefix prefix = prefix(prefixed);
        double exact = value.doubleValue();
        double around = prefix == Prefix.AP ? Math.abs(exact) * APPROXIMATELY : 0;
        BigDecimal half = new BigDecimal("0.5").scaleByPowerOfTen(-value.scale());
        return new Criterion.AmountIs(
                prefix,
                exact,
                prefix == Prefix.AP ? exact - around : value.subtract(half).doubleValue(),
                prefix == Prefix.AP
                        ? Math.nextUp(exact + around)
                        : value.add(half).doubleValue(),
                parts.size() == 3 ? Optional.of(parts.get(1)).filter(system -> !system.isEmpty()) : Optional.empty(),
                parts.size() == 3 ? Optional.of(parts.get(2)).filter(unit -> !unit.isEmpty()) : Optional.empty());
    }

    private Criterion pair(Parameter parameter, String text) {
        List<String> parts = split(text, '$');
        if (parts.size() != 2) {
            throw new BadSearch(parameter.name(), "must be two values with $ between them");
        }
        Parameters.Halves halves =
                Parameters.of(parameter.type()).halves(parameter.stored().getFirst());
        return new Criterion.PairIs(
                read(half(parameter, halves.first().kind()), "", parts.get(0)),
                read(half(parameter, halves.second().kind()), "", parts.get(1)));
    }

    private static Parameter half(Parameter whole, Kind kind) {
        return new Parameter(whole.type(), whole.name(), kind, Set.of(), whole.stored(), Optional.empty());
    }
}
