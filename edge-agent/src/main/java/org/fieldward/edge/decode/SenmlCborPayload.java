package org.fieldward.edge.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;

/**
 * SenML (RFC 8428), the CBOR form of section 6: labels are the integers of table 4, a number is an integer, a half, single
 * or double float or a decimal fraction (tag 4), arrays and maps may have no length. A float is read as the shortest decimal
 * that stands for it in its own width, because that is what the sensor showed.
 */
final class SenmlCborPayload implements Decoder.Parser {

    private static final CBORFactory CBOR = CBORFactory.builder()
            .disable(CBORFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(JsonPayload.JSON.streamReadConstraints())
            .build();

    private static final Map<String, String> LABELS = Map.ofEntries(
            Map.entry("-1", "bver"),
            Map.entry("-2", "bn"),
            Map.entry("-3", "bt"),
            Map.entry("-4", "bu"),
            Map.entry("-5", "bv"),
            Map.entry("-6", "bs"),
            Map.entry("0", "n"),
            Map.entry("1", "u"),
            Map.entry("2", "v"),
            Map.entry("3", "vs"),
            Map.entry("4", "vb"),
            Map.entry("5", "s"),
            Map.entry("6", "t"),
            Map.entry("7", "ut"),
            Map.entry("8", "vd"));

    /** First bytes of CBOR items (RFC 8949, section 3): a text's major type, and a half-precision float. */
    private static final int TEXT = 3;

    private static final int HALF = 0xF9;

    /** A decimal with fewer digits than these stands for any half-precision float. */
    private static final int HALF_DIGITS = 5;

    private final Normaliser normaliser;

    SenmlCborPayload(Normaliser normaliser) {
        this.normaliser = normaliser;
    }

    @Override
    public List<Reading> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        var pack = new SenmlPack(normaliser, arrivals.get().receivedAt());
        try (JsonParser cbor = CBOR.createParser(payload)) {
            if (cbor.nextToken() != JsonToken.START_ARRAY) {
                throw Fault.unreadable("a SenML pack must be an array");
            }
            for (JsonToken token = cbor.nextToken(); token != JsonToken.END_ARRAY; token = cbor.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw Fault.unreadable("a SenML pack must hold maps only");
                }
                pack.add(fields(cbor, payload));
            }
            if (cbor.nextToken() != null) {
                throw Fault.unreadable("nothing may follow the SenML pack");
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return pack.finish(device, arrivals);
    }

    private static SenmlPack.Fields fields(JsonParser cbor, byte[] payload) throws IOException {
        var fields = new SenmlPack.Fields();
        for (String given = cbor.nextFieldName(); given != null; given = cbor.nextFieldName()) {
            String name = name(given, first(cbor, payload));
            JsonToken token = cbor.nextToken();
            switch (SenmlPack.Fields.kind(name)) {
                case TEXT -> {
                    if (token != JsonToken.VALUE_STRING) {
                        throw SenmlPack.Fields.notA("text", name);
                    }
                    fields.text(name, cbor.getText());
                }
                case NUMBER -> number(cbor, token, payload, name, fields);
                case IGNORED -> cbor.skipChildren();
            }
        }
        return fields;
    }

    /** The parser shows an integer label as text; only the label's first byte tells them apart. */
    private static String name(String given, int first) {
        boolean text = first >> 5 == TEXT;
        if (text && LABELS.containsValue(given)) {
            throw Fault.invalid("the label " + Fault.echo(given) + " must be its integer (RFC 8428, table 4)");
        }
        return text ? given : LABELS.getOrDefault(given, "");
    }

    private static void number(JsonParser cbor, JsonToken token, byte[] payload, String name, SenmlPack.Fields fields)
            throws IOException {
        if (token == JsonToken.VALUE_NUMBER_FLOAT && cbor.isNaN()) {
            fields.notFinite(name, Normaliser.notFinite(Double.toString(cbor.getDoubleValue())));
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            fields.number(name, decimal(cbor, payload, name));
        } else {
            throw SenmlPack.Fields.notA("number", name);
        }
    }

    private static BigDecimal decimal(JsonParser cbor, byte[] payload, String name) throws IOException {
        return switch (cbor.getNumberType()) {
            case INT, LONG -> Written.decimal(name, Long.toString(cbor.getLongValue()));
            case FLOAT ->
                Written.decimal(
                        name,
                        first(cbor, payload) == HALF
                                ? half(cbor.getFloatValue())
                                : Float.toString(cbor.getFloatValue()));
            case DOUBLE -> Written.decimal(name, Double.toString(cbor.getDoubleValue()));
            case BIG_INTEGER -> {
                checkSize(name, cbor.getBigIntegerValue());
                yield Written.decimal(name, cbor.getBigIntegerValue().toString());
            }
            case BIG_DECIMAL -> {
                checkSize(name, cbor.getDecimalValue().unscaledValue());
                yield Written.decimal(name, cbor.getDecimalValue().toString());
            }
        };
    }

    /** Before it is written out: a number of a million bits costs much to print. */
    private static void checkSize(String name, BigInteger unscaled) {
        if (unscaled.bitLength() >= Long.SIZE) {
            throw Fault.invalid(name + " must have at most 18 digits");
        }
    }

    private static String half(float number) {
        for (int digits = 1; digits < HALF_DIGITS; digits++) {
            var shorter = new BigDecimal(number).round(new MathContext(digits));
            if (Float.floatToFloat16(shorter.floatValue()) == Float.floatToFloat16(number)) {
                return Float.toString(shorter.floatValue());
            }
        }
        return Float.toString(number);
    }

    /** The first byte of the item that the parser stands at. */
    private static int first(JsonParser cbor, byte[] payload) {
        long offset = cbor.currentTokenLocation().getByteOffset();
        return offset >= 0 && offset < payload.length ? payload[(int) offset] & 0xFF : 0;
    }

    private static Fault unreadable(IOException e) {
        return Fault.unreadable(
                e instanceof StreamConstraintsException ? "the CBOR is too deep or too long" : "not CBOR");
    }
}
