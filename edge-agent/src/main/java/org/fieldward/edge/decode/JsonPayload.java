package org.fieldward.edge.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;

/**
 * Our own JSON (RFC 8259): {@code {"time": "2026-03-01T08:15:30Z", "values": {"heart-rate": 72, "spo2": {"value": 97,
 * "unit": "%"}, "8310-5": {"absent": "error"}}}}, or an array of up to 1,000 of them. Every member is known or refused: a
 * typing error must not lose data in silence.
 */
final class JsonPayload implements Decoder.Parser {

    private static final int MAX_DEPTH = 8;
    private static final int MAX_TEXT = 1000;
    private static final int MAX_NAME = 200;
    private static final int MAX_NUMBER = 60;

    /** Names are not interned: device payloads are foreign, and interning them all is a slow leak. */
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private final Normaliser normaliser;
    private final PlainJson.Codes codes;

    JsonPayload(Normaliser normaliser) {
        this.normaliser = normaliser;
        codes = new PlainJson.Codes(normaliser);
    }

    @Override
    public List<Entry> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        return read(device, payload, arrivals).entries();
    }

    @Override
    public Decoded.Readings read(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        Optional<Decoded.Readings> plain = PlainJson.read(codes, device, payload, arrivals);
        return plain.isPresent() ? plain.get() : parsed(device, payload, arrivals);
    }

    /** By the library's parser, which reads all of JSON. */
    Decoded.Readings parsed(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        try (JsonParser json = JSON.createParser(payload)) {
            Decoded.Readings readings = switch (first(json)) {
                case START_OBJECT -> {
                    Draft draft = reading(json);
                    yield Decoded.Readings.ofReadings(List.of(draft.finish(device, arrivals.get())), draft.sentAt());
                }
                case START_ARRAY -> array(json, device, arrivals);
                default -> throw Fault.unreadable("the payload must be a JSON object or an array of them");
            };
            if (json.nextToken() != null) {
                throw Fault.unreadable("nothing may follow the JSON text");
            }
            return readings;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Decoded.Readings array(JsonParser json, DeviceId device, Supplier<Arrival> arrivals) throws IOException {
        var readings = new ArrayList<Reading>();
        Optional<Instant> sentAt = Optional.empty();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                throw Fault.unreadable("the array must hold objects only");
            }
            Decoder.checkCount(readings.size());
            Draft draft = reading(json);
            if (sentAt.isPresent() && draft.sentAt().isPresent() && !sentAt.equals(draft.sentAt())) {
                throw Fault.invalid("'sentAt' is of the whole message: it must be the same in all of its readings");
            }
            if (draft.sentAt().isPresent()) {
                sentAt = draft.sentAt();
            }
            readings.add(draft.finish(device, arrivals.get()));
        }
        if (readings.isEmpty()) {
            throw Fault.missing("the array must hold at least one reading");
        }
        return Decoded.Readings.ofReadings(readings, sentAt);
    }

    private Draft reading(JsonParser json) throws IOException {
        var draft = new Draft();
        boolean time = false;
        boolean sentAt = false;
        boolean values = false;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            if (name.equals("values") && !values) {
                values = true;
                values(json, draft);
            } else if (name.equals("time") && !time) {
                time = true;
                draft.measuredAt(time(json, "'time'"));
            } else if (name.equals("sentAt") && !sentAt) {
                sentAt = true;
                draft.sentAt(time(json, "'sentAt'"));
            } else if (name.equals("values") || name.equals("time") || name.equals("sentAt")) {
                throw Fault.invalid("'" + name + "' must come once in a reading, came twice");
            } else {
                throw Fault.invalid(
                        "a reading must have the members time, sentAt and values only, had " + Fault.echo(name));
            }
        }
        if (!values) {
            throw Fault.missing("'values' is missing");
        }
        if (draft.isEmpty()) {
            throw Fault.missing("'values' must hold at least one value");
        }
        return draft;
    }

    private static Instant time(JsonParser json, String field) throws IOException {
        return switch (json.nextToken()) {
            case VALUE_STRING -> Written.rfc3339(field, json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                Written.epochMillis(
                        field,
                        Written.decimal(field, json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
            default -> throw Fault.invalid(field + " must be an RFC 3339 text or milliseconds since 1970");
        };
    }

    private void values(JsonParser json, Draft draft) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw Fault.invalid("'values' must be an object");
        }
        for (String code = json.nextFieldName(); code != null; code = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            draft.add(token == JsonToken.START_OBJECT ? detailed(json, code) : plain(json, token, code, ""));
        }
    }

    private Value plain(JsonParser json, JsonToken token, String code, String unit) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            if (json.isNaN()) {
                return normaliser.absent(code, notFinite(json.getText(), code));
            }
            return normaliser.number(
                    code,
                    Written.decimal(code, json.getTextCharacters(), json.getTextOffset(), json.getTextLength()),
                    unit);
        }
        if (token == JsonToken.VALUE_STRING) {
            return normaliser.absent(code, notFinite(json.getText(), code));
        }
        throw Fault.invalid(Fault.echo(code) + " must be a number or an object, was "
                + token.name().toLowerCase(Locale.ROOT));
    }

    private static AbsentReason notFinite(String text, String code) {
        return Normaliser.notFinite(text)
                .orElseThrow(
                        () -> Fault.invalid(Fault.echo(code) + " must be a number, not the text " + Fault.echo(text)));
    }

    /** {@code {"value": 97, "unit": "%"}} in either order, or {@code {"absent": "error"}}. */
    private Value detailed(JsonParser json, String code) throws IOException {
        Optional<Given> number = Optional.empty();
        Optional<String> unit = Optional.empty();
        Optional<String> absent = Optional.empty();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            switch (name) {
                case "value" -> number = once(number, number(json, token, code), code, name);
                case "unit" -> unit = once(unit, text(json, token, code, name), code, name);
                case "absent" -> absent = once(absent, text(json, token, code, name), code, name);
                default ->
                    throw Fault.invalid(Fault.echo(code) + " must have the members value, unit and absent only, had "
                            + Fault.echo(name));
            }
        }
        if (absent.isPresent() && number.isEmpty()) {
            return normaliser.absent(code, absent.get());
        }
        if (absent.isPresent()) {
            throw Fault.invalid(Fault.echo(code) + " must have a value or be absent, not both");
        }
        Given given = number.orElseThrow(() -> Fault.missing(Fault.echo(code) + " has no 'value'"));
        return switch (given) {
            case Finite finite -> normaliser.number(code, finite.decimal(), unit.orElse(""));
            case NotFinite none -> normaliser.absent(code, none.reason());
        };
    }

    private sealed interface Given {}

    private record Finite(BigDecimal decimal) implements Given {}

    private record NotFinite(AbsentReason reason) implements Given {}

    private static Given number(JsonParser json, JsonToken token, String code) throws IOException {
        boolean numeric = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
        if (numeric && !json.isNaN()) {
            return new Finite(
                    Written.decimal(code, json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
        }
        if (numeric || token == JsonToken.VALUE_STRING) {
            return new NotFinite(notFinite(json.getText(), code));
        }
        throw Fault.invalid(Fault.echo(code) + ": value must be a number");
    }

    private static String text(JsonParser json, JsonToken token, String code, String name) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw Fault.invalid(Fault.echo(code) + ": " + name + " must be a text");
        }
        return json.getText();
    }

    private static <T> Optional<T> once(Optional<T> before, T now, String code, String name) {
        if (before.isPresent()) {
            throw Fault.invalid(Fault.echo(code) + ": " + name + " must come once, came twice");
        }
        return Optional.of(now);
    }

    /** Jackson's own words without the excerpt of the payload that it likes to add. */
    static Fault unreadable(IOException e) {
        String where = e instanceof JsonParseException parse && parse.getLocation() != null
                ? " at byte " + Math.max(0, parse.getLocation().getByteOffset())
                : "";
        String kind = e instanceof StreamConstraintsException ? "the JSON text is too deep or too long" : "not JSON";
        return Fault.unreadable(kind + where);
    }

    static JsonToken first(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        if (token == null) {
            throw Fault.unreadable("the payload is empty");
        }
        return token;
    }
}
