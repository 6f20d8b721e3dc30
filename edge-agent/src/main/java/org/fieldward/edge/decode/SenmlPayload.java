package org.fieldward.edge.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;

/** SenML (RFC 8428), the JSON form of section 5. */
final class SenmlPayload implements Decoder.Parser {

    private final Normaliser normaliser;

    SenmlPayload(Normaliser normaliser) {
        this.normaliser = normaliser;
    }

    @Override
    public List<Reading> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        var pack = new SenmlPack(normaliser, arrivals.get().receivedAt());
        try (JsonParser json = JsonPayload.JSON.createParser(payload)) {
            if (JsonPayload.first(json) != JsonToken.START_ARRAY) {
                throw Fault.unreadable("a SenML pack must be an array");
            }
            for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw Fault.unreadable("a SenML pack must hold objects only");
                }
                pack.add(fields(json));
            }
            if (json.nextToken() != null) {
                throw Fault.unreadable("nothing may follow the SenML pack");
            }
        } catch (IOException e) {
            throw JsonPayload.unreadable(e);
        }
        return pack.finish(device, arrivals);
    }

    private static SenmlPack.Fields fields(JsonParser json) throws IOException {
        var fields = new SenmlPack.Fields();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            switch (SenmlPack.Fields.kind(name)) {
                case TEXT -> {
                    if (token != JsonToken.VALUE_STRING) {
                        throw SenmlPack.Fields.notA("text", name);
                    }
                    fields.text(name, json.getText());
                }
                case NUMBER -> number(json, token, name, fields);
                case IGNORED -> json.skipChildren();
            }
        }
        return fields;
    }

    private static void number(JsonParser json, JsonToken token, String name, SenmlPack.Fields fields)
            throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw SenmlPack.Fields.notA("number", name);
        }
        if (json.isNaN()) {
            fields.notFinite(name, Normaliser.notFinite(json.getText()));
        } else {
            fields.number(
                    name, Written.decimal(name, json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
        }
    }
}
