package org.fieldward.edge.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * SenML (RFC 8428), the JSON form. The last segment of a resolved name, after {@code /} or {@code :}, is the code;
 * records of one time make one reading. Fields that we do not know are ignored as section 4.4 demands, except those whose
 * name ends with an underscore, which must be understood.
 */
final class SenmlPayload implements Decoder.Parser {

    private static final int VERSION = 10;

    /** Below this a time counts from now (section 4.5.3). */
    private static final BigDecimal RELATIVE = BigDecimal.valueOf(1L << 28);

    /** SenML's own units (sections 12.1 and RFC 8798) where they differ from UCUM, with a power of ten. */
    private static final Map<String, Scaled> UNITS = Map.of(
            "beat/min", new Scaled("/min", 0),
            "1/min", new Scaled("/min", 0),
            "/", new Scaled("%", 2),
            "m", new Scaled("cm", 2),
            "kg/m^2", new Scaled("kg/m2", 0),
            "mmHg", new Scaled("mm[Hg]", 0));

    private record Scaled(String ucum, int power) {}

    private final Normaliser normaliser;

    SenmlPayload(Normaliser normaliser) {
        this.normaliser = normaliser;
    }

    @Override
    public List<Reading> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        var pack = new Pack(arrivals.get().receivedAt());
        try (JsonParser json = JsonPayload.JSON.createParser(payload)) {
            if (JsonPayload.first(json) != JsonToken.START_ARRAY) {
                throw Fault.unreadable("a SenML pack must be an array");
            }
            for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw Fault.unreadable("a SenML pack must hold objects only");
                }
                pack.add(new Fields(json));
            }
            if (json.nextToken() != null) {
                throw Fault.unreadable("nothing may follow the SenML pack");
            }
        } catch (IOException e) {
            throw JsonPayload.unreadable(e);
        }
        return pack.finish(device, arrivals);
    }

    /** The fields of one record, as they stand. */
    private static final class Fields {
        private final Map<String, String> texts = new LinkedHashMap<>();
        private final Map<String, BigDecimal> numbers = new LinkedHashMap<>();
        private Optional<AbsentReason> notFinite = Optional.empty();

        Fields(JsonParser json) throws IOException {
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken token = json.nextToken();
                switch (name) {
                    case "bn", "bu", "n", "u" -> text(json, token, name);
                    case "bt", "bv", "t", "v", "s", "bs", "ut", "bver" -> number(json, token, name);
                    case "vs", "vb", "vd" ->
                        throw Fault.invalid("'" + name + "': a vital sign must be a number in 'v'");
                    default -> unknown(json, name);
                }
            }
        }

        private void text(JsonParser json, JsonToken token, String name) throws IOException {
            if (token != JsonToken.VALUE_STRING) {
                throw Fault.invalid("'" + name + "' must be a text");
            }
            if (texts.put(name, json.getText()) != null) {
                throw twice(name);
            }
        }

        private void number(JsonParser json, JsonToken token, String name) throws IOException {
            if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
                throw Fault.invalid("'" + name + "' must be a number");
            }
            if (json.isNaN() && name.equals("v")) {
                notFinite = Normaliser.notFinite(json.getText());
            } else if (json.isNaN()) {
                throw Fault.invalid("'" + name + "' must be finite");
            } else if (numbers.put(
                            name,
                            Written.decimal(name, json.getTextCharacters(), json.getTextOffset(), json.getTextLength()))
                    != null) {
                throw twice(name);
            }
        }

        private static void unknown(JsonParser json, String name) throws IOException {
            if (name.endsWith("_")) {
                throw Fault.invalid("the field " + Fault.echo(name) + " must be understood, and is not");
            }
            json.skipChildren();
        }

        private static Fault twice(String name) {
            return Fault.invalid("'" + name + "' must come once in a record, came twice");
        }
    }

    /** Resolves records one after another: base fields hold until they are replaced. */
    private final class Pack {
        private final Instant now;
        private final Map<Optional<Instant>, Draft> drafts = new LinkedHashMap<>();
        private String baseName = "";
        private String baseUnit = "";
        private BigDecimal baseTime = BigDecimal.ZERO;
        private BigDecimal baseValue = BigDecimal.ZERO;

        Pack(Instant now) {
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
}
