package org.fieldward.edge.clinic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.proto.reading.Value;

/**
 * Readings as the ward's topics carry them, whatever format the device speaks. The message's times are those of the newest
 * value; a value that was measured at another time says so itself.
 */
final class ValuesJson {

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private ValuesJson() {}

    /** @param values at least one */
    static ByteString of(List<LastValue> values) {
        LastValue newest = values.getFirst();
        for (LastValue one : values) {
            newest = one.ageMillis() < newest.ageMillis() ? one : newest;
        }
        ByteString.Output out = ByteString.newOutput(64 + 64 * values.size());
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("measuredAt", newest.measuredAt().toString());
            json.writeStringField("receivedAt", newest.receivedAt().toString());
            json.writeObjectFieldStart("values");
            for (LastValue one : values) {
                json.writeObjectFieldStart(one.value().parameter().key());
                value(json, one.value());
                time(json, one, newest.measuredAt());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory refused to be written", e);
        }
        return out.toByteString();
    }

    private static void value(JsonGenerator json, Value value) throws IOException {
        switch (value) {
            case Value.Quantity quantity -> {
                json.writeFieldName("value");
                json.writeNumber(quantity.number().toPlainString());
                json.writeStringField("unit", quantity.unit().ucum());
            }
            case Value.Absent absent ->
                json.writeStringField("absent", absent.reason().code());
        }
    }

    private static void time(JsonGenerator json, LastValue one, Instant newest) throws IOException {
        if (!one.measuredAt().equals(newest)) {
            json.writeStringField("measuredAt", one.measuredAt().toString());
        }
    }
}
