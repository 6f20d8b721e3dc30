package org.fieldward.edge.decode;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;

/**
 * What a SenML pack says (RFC 8428), however it was written: resolves records one after another, base fields hold until
 * they are replaced. The last segment of a resolved name, after {@code /} or {@code :}, is the code; records of one time
 * make one reading. Fields that we do not know are ignored as section 4.4 demands, except those whose name ends with an
 * underscore, which must be understood.
 */
final class SenmlPack {

    private static final int VERSION = 10;

    /** Below this a time counts from now (section 4.5.3). */
    private static final BigDecimal RELATIVE = BigDecimal.valueOf(1L << 28);

    /** A device that buffered for longer than eight thousand years is broken, and so would be our arithmetic. */
    private static final BigDecimal FURTHEST_BACK = BigDecimal.valueOf(-(1L << 38));

    /** SenML's own units (sections 12.1 and RFC 8798) where they differ from UCUM, with a power of ten. */
    private static final Map<String, Scaled> UNITS = Map.of(
            "beat/min", new Scaled("/min", 0),
            "1/min", new Scaled("/min", 0),
            "/", new Scaled("%", 2),
            "m", new Scaled("cm", 2),
            "kg/m^2", new Scaled("kg/m2", 0),
            "mmHg", new Scaled("mm[Hg]", 0));

    private record Scaled(String ucum, int power) {}

    /** What the value of a field must be. */
    enum Kind {
        TEXT,
        NUMBER,
        /** A field that we do not know and may pass over. */
        IGNORED
    }

    /** The fields of one record, as they stand, under the names of section 4.3 whatever the form. */
    static final class Fields {
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, BigDecimal> numbers = new HashMap<>();
        private Optional<AbsentReason> notFinite = Optional.empty();

        /** What to expect under a name. */
        static Kind kind(String name) {
            return switch (name) {
                case "bn", "bu", "n", "u" -> Kind.TEXT;
                case "bt", "bv", "t", "v", "s", "bs", "ut", "bver" -> Kind.NUMBER;
                case "vs", "vb", "vd" -> throw Fault.invalid("'" + name + "': a vital sign must be a number in 'v'");
                default -> {
                    if (name.endsWith("_")) {
                        throw Fault.invalid("the field " + Fault.echo(name) + " must be understood, and is not");
                    }
                    yield Kind.IGNORED;
                }
            };
        }

        void text(String name, String text) {
            if (texts.put(name, text) != null) {
                throw twice(name);
            }
        }

        void number(String name, BigDecimal number) {
            if (numbers.put(name, number) != null) {
                throw twice(name);
            }
        }

        void notFinite(String name, Optional<AbsentReason> reason) {
            if (!name.equals("v")) {
                throw Fault.invalid("'" + name + "' must be finite");
            }
            notFinite = reason;
        }

        static Fault notA(String kind, String name) {
            return Fault.invalid("'" + name + "' must be a " + kind);
        }

        private static Fault twice(String name) {
            return Fault.invalid("'" + name + "' must come once in a record, came twice");
        }
    }

    private final Normaliser normaliser;
    private final Instant now;
    private final Map<Optional<Instant>, Draft> drafts = new LinkedHashMap<>();
    private String baseName = "";
    private String baseUnit = "";
    private BigDecimal baseTime = BigDecimal.ZERO;
    private BigDecimal baseValue = BigDecimal.ZERO;

    /** @param now what relative times count from */
    SenmlPack(Normaliser normaliser, Instant now) {
        this.normaliser = normaliser;
        this.now = now;
    }

    void add(Fields fields) {
        baseName = fields.texts.getOrDefault("bn", baseName);
        baseUnit = fields.texts.getOrDefault("bu", baseUnit);
        baseTime = fields.numbers.getOrDefault("bt", baseTime);
        baseValue = fields.numbers.getOrDefault("bv", baseValue);
        BigDecimal version = fields.numbers.getOrDefault("bver", BigDecimal.TEN);
        if (version.compareTo(BigDecimal.valueOf(VERSION)) > 0) {
            throw Fault.invalid("'bver' must be at most " + VERSION + ", was " + version);
        }
        if (fields.numbers.containsKey("s")) {
            throw Fault.invalid("'s': a vital sign must be a number in 'v', not a sum");
        }
        BigDecimal value = fields.numbers.get("v");
        if (value == null && fields.notFinite.isEmpty()) {
            if (fields.texts.containsKey("n") || fields.numbers.containsKey("t")) {
                throw Fault.missing("a record has no 'v'");
            }
            return;
        }
        String code = code(baseName + fields.texts.getOrDefault("n", ""));
        Draft draft = draft(baseTime.add(fields.numbers.getOrDefault("t", BigDecimal.ZERO)));
        if (value == null) {
            draft.add(normaliser.absent(code, fields.notFinite.orElse(AbsentReason.NOT_A_NUMBER)));
            return;
        }
        String unit = fields.texts.getOrDefault("u", baseUnit);
        Scaled scaled = UNITS.getOrDefault(unit, new Scaled(unit, 0));
        BigDecimal sum = checked(code, value.add(baseValue));
        draft.add(normaliser.number(code, Written.shift(code, sum, scaled.power()), scaled.ucum()));
    }

    private Draft draft(BigDecimal time) {
        Optional<Instant> measuredAt = Optional.empty();
        if (time.compareTo(RELATIVE) >= 0) {
            measuredAt = Optional.of(Written.epochSeconds("'t'", checked("'t'", time)));
        } else if (time.compareTo(FURTHEST_BACK) < 0) {
            throw Fault.invalid("'t' must not be so long ago, was " + checked("'t'", time) + " s before now");
        } else if (time.signum() != 0) {
            long micros = checked("'t'", time).movePointRight(6).longValue();
            measuredAt = Optional.of(now.plus(micros, ChronoUnit.MICROS));
        }
        Draft draft = drafts.get(measuredAt);
        if (draft == null) {
            Decoder.checkCount(drafts.size());
            draft = new Draft();
            measuredAt.ifPresent(draft::measuredAt);
            drafts.put(measuredAt, draft);
        }
        return draft;
    }

    List<Reading> finish(DeviceId device, Supplier<Arrival> arrivals) {
        if (drafts.isEmpty()) {
            throw Fault.missing("a SenML pack must hold at least one record with a value");
        }
        return drafts.values().stream()
                .map(draft -> draft.finish(device, arrivals.get()))
                .toList();
    }

    /** Sums of base and own field can have more digits than either. */
    private static BigDecimal checked(String field, BigDecimal number) {
        if (number.precision() > Value.MAX_DIGITS) {
            throw Fault.invalid(field + " must have at most 18 digits");
        }
        return number;
    }

    private static String code(String name) {
        if (name.isEmpty()) {
            throw Fault.missing("a record has no name ('bn' or 'n')");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || "-:./_".indexOf(c) < 0)) {
                throw Fault.invalid(
                        "a name must be of A-Z a-z 0-9 - : . / _ (RFC 8428, 4.5.1), was " + Fault.echo(name));
            }
        }
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
    }
}
