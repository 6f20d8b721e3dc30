package org.fieldward.core.distribution.search;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.WaveformKind;

/**
 * What of a search only the reading itself can answer, asked of it before an Observation is made. Immutable.
 *
 * @param never no reading's Observation can be meant
 * @param tests all must be passed
 */
record ReadingFilter(boolean never, List<Predicate<Candidate>> tests) {

    /** A reading and what of it an Observation would show. */
    record Candidate(Observed observed, Coded coded) {
        StoredReading record() {
            return observed.record();
        }
    }

    /** One value, of the Observation itself or of a component. */
    private record Value(List<Code> codings, Optional<BigDecimal> number, Unit unit, Optional<AbsentReason> absent) {}

    /** What every Observation of a reading has. */
    private static final Set<String> ALWAYS = Set.of(
            "_id",
            "_lastUpdated",
            "patient",
            "subject",
            "device",
            "code",
            "combo-code",
            "category",
            "status",
            "date",
            "identifier");

    /** Their values are looked at. */
    private static final Set<String> VALUES = Set.of(
            "value-quantity",
            "code-value-quantity",
            "component-value-quantity",
            "component-code-value-quantity",
            "combo-value-quantity",
            "combo-code-value-quantity",
            "data-absent-reason",
            "component-data-absent-reason",
            "combo-data-absent-reason");

    /** Asked of the catalogue before. */
    private static final Set<String> KNOWN_BEFORE = Set.of("component-code");

    static ReadingFilter of(Asked asked, Instant now) {
        boolean never = false;
        var tests = new ArrayList<Predicate<Candidate>>();
        for (var entry : asked.values().entrySet()) {
            String name = entry.getKey();
            int colon = name.indexOf(':');
            if (asked.isChained(name)) {
                continue;
            }
            String bare = colon < 0 ? name : name.substring(0, colon);
            String modifier = colon < 0 ? "" : name.substring(colon + 1);
            for (List<String> alternatives : entry.getValue()) {
                if (modifier.equals("missing")) {
                    never |= missing(bare, isTrue(name, alternatives), tests);
                } else if (VALUES.contains(bare)) {
                    tests.add(valued(bare, alternatives, modifier.equals("not")));
                } else if (bare.equals("_lastUpdated")) {
                    Times times = Times.of(name, alternatives, now);
                    tests.add(candidate -> times.contains(updatedAt(candidate.observed())));
                } else if (bare.equals("_profile")) {
                    tests.add(candidate ->
                            profile(candidate).filter(alternatives::contains).isPresent());
                } else if (!ALWAYS.contains(bare) && !KNOWN_BEFORE.contains(bare)) {
                    // What no reading's Observation has, it has not: whatever is named.
                    never |= !modifier.equals("not");
                }
            }
        }
        return new ReadingFilter(never, List.copyOf(tests));
    }

    /** Whether the reading must be looked at, for which many may be passed over. */
    boolean isEmpty() {
        return tests.isEmpty();
    }

    boolean matches(Observed observed, Coded coded) {
        var candidate = new Candidate(observed, coded);
        return tests.stream().allMatch(test -> test.test(candidate));
    }

    static Instant updatedAt(Observed observed) {
        return observed.changedAt().orElseGet(() -> ObservationMaker.arrived(observed.record()));
    }

    /** Whether nothing can match; adds a test where that depends on the reading. */
    private static boolean missing(String name, boolean asked, List<Predicate<Candidate>> tests) {
        if (ALWAYS.contains(name)) {
            return asked;
        }
        if (VALUES.contains(name)) {
            boolean reason = name.endsWith("data-absent-reason");
            tests.add(candidate -> asked
                    == values(name, candidate).stream()
                            .noneMatch(value -> reason
                                    ? value.absent().isPresent()
                                    : value.number().isPresent()));
            return false;
        }
        if (name.equals("component-code")) {
            tests.add(candidate -> asked == components(candidate).isEmpty());
            return false;
        }
        if (name.equals("_profile")) {
            tests.add(candidate -> asked == profile(candidate).isEmpty());
            return false;
        }
        return !asked;
    }

    private static boolean isTrue(String name, List<String> alternatives) {
        if (alternatives.equals(List.of("true"))) {
            return true;
        }
        if (alternatives.equals(List.of("false"))) {
            return false;
        }
        throw new SearchException(name, "must be true or false");
    }

    private static Predicate<Candidate> valued(String name, List<String> alternatives, boolean not) {
        if (name.endsWith("data-absent-reason")) {
            List<Token> tokens =
                    alternatives.stream().map(value -> Token.of(name, value)).toList();
            return candidate -> not
                    != values(name, candidate).stream()
                            .flatMap(value -> value.absent().stream())
                            .anyMatch(reason -> tokens.stream()
                                    .anyMatch(token -> token.matches(Terminology.ABSENT, reason.code())));
        }
        if (!name.contains("code-value")) {
            List<Amount> amounts =
                    alternatives.stream().map(value -> Amount.of(name, value)).toList();
            return candidate -> values(name, candidate).stream()
                    .anyMatch(value -> amounts.stream().anyMatch(amount -> isMet(amount, value)));
        }
        record Pair(Token code, Amount amount) {}
        List<Pair> pairs = alternatives.stream()
                .map(value -> {
                    int dollar = value.indexOf('$');
                    if (dollar < 1) {
                        throw new SearchException(name, "must be code$quantity");
                    }
                    return new Pair(
                            Token.of(name, value.substring(0, dollar)), Amount.of(name, value.substring(dollar + 1)));
                })
                .toList();
        return candidate -> values(name, candidate).stream()
                .anyMatch(value -> pairs.stream()
                        .anyMatch(pair -> pair.code().matchesAny(value.codings()) && isMet(pair.amount(), value)));
    }

    private static boolean isMet(Amount amount, Value value) {
        return value.number()
                .filter(number -> amount.matches(number, value.unit()))
                .isPresent();
    }

    private static Optional<String> profile(Candidate candidate) {
        return switch (candidate.coded()) {
            case Parameter parameter -> {
                boolean absent =
                        own(candidate).stream().anyMatch(value -> value.absent().isPresent());
                yield Terminology.profile(parameter, absent).map(Terminology::profileUrl);
            }
            case WaveformKind kind -> Optional.empty();
        };
    }

    private static List<Value> values(String name, Candidate candidate) {
        var values = new ArrayList<Value>();
        if (!name.startsWith("component-")) {
            values.addAll(own(candidate));
        }
        if (name.startsWith("component-") || name.startsWith("combo-")) {
            values.addAll(components(candidate));
        }
        return values;
    }

    private static List<Value> own(Candidate candidate) {
        return switch (candidate.coded()) {
            case Parameter parameter -> parameter.isPanel() ? List.of() : value(candidate.record(), parameter);
            case WaveformKind kind -> List.of();
        };
    }

    private static List<Value> components(Candidate candidate) {
        var values = new ArrayList<Value>();
        if (candidate.coded() instanceof Parameter panel && panel.isPanel()) {
            for (Parameter component : Terminology.components(panel)) {
                List<Value> there = value(candidate.record(), component);
                values.addAll(there);
                if (there.isEmpty() && Terminology.isDemanded(component)) {
                    values.add(new Value(
                            Terminology.codings(component),
                            Optional.empty(),
                            Unit.ONE,
                            Optional.of(AbsentReason.UNKNOWN)));
                }
            }
        }
        return values;
    }

    private static List<Value> value(StoredReading reading, Parameter parameter) {
        int at = reading.getParameterList().indexOf(parameter.number());
        if (at < 0) {
            return List.of();
        }
        boolean absent = reading.getAbsent(at) != 0;
        return List.of(new Value(
                Terminology.codings(parameter),
                absent
                        ? Optional.empty()
                        : Optional.of(BigDecimal.valueOf(reading.getUnscaled(at), reading.getScale(at))),
                absent ? Unit.ONE : Unit.of(reading.getUnit(at)),
                absent ? Optional.of(AbsentReason.of(reading.getAbsent(at))) : Optional.empty()));
    }

    /** Bits of all parameters that give this Observation; 0 for a waveform. */
    static long bits(Coded coded) {
        long bits = 0;
        for (Parameter parameter : Catalogue.standard().all()) {
            if (Terminology.observed(parameter).equals(coded)) {
                bits |= 1L << parameter.number();
            }
        }
        return bits;
    }
}
