package org.fieldward.simulator.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.simulator.line.EvidenceLine.Acked;
import org.fieldward.simulator.line.EvidenceLine.Digest;
import org.fieldward.simulator.line.EvidenceLine.Resent;
import org.fieldward.simulator.line.EvidenceLine.Sent;
import org.fieldward.simulator.line.EvidenceLine.SentMalformed;
import org.fieldward.simulator.line.EvidenceLine.SentWaveform;
import org.fieldward.simulator.sample.Message.Defect;
import org.fieldward.simulator.sample.Message.Trick;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;

/**
 * Evidence as JSON, one object a line. The member after {@code number} says which fact it is:
 *
 * <pre>
 * {"number":1,"sent":"2026-11-21T10:00:00.1Z","qos":1,"device":"bed-01","time":"2026-11-21T10:00:00Z",
 *  "values":{"heart-rate":{"value":"72","unit":"/min"},"spo2":{"absent":"error"}},"tricks":["DUPLICATE"]}
 * {"number":2,"sent":"...","qos":1,"device":"bed-01","malformed":"TRUNCATED","bytes":77,"sha256":"..."}
 * {"number":1,"resent":"...","attempt":2}
 * {"number":1,"acked":"..."}
 * </pre>
 */
public final class EvidenceCodec {

    private static final JsonFactory JSON = new JsonFactory();

    private EvidenceCodec() {}

    /** With the line feed at its end. */
    public static byte[] encode(EvidenceLine line) {
        var out = new ByteArrayOutputStream(320);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("number", line.number());
            write(json, line);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("could not write a line of evidence", e);
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, EvidenceLine line) throws IOException {
        switch (line) {
            case Sent sent -> {
                json.writeStringField("sent", sent.at().toString());
                json.writeNumberField("qos", sent.qos());
                json.writeStringField("device", sent.sample().device().name());
                json.writeStringField("time", sent.sample().time().toString());
                writeValues(json, sent.sample().values());
                writeTricks(json, sent.tricks());
            }
            case SentMalformed sent -> {
                json.writeStringField("sent", sent.at().toString());
                json.writeNumberField("qos", sent.qos());
                json.writeStringField("device", sent.device().name());
                json.writeStringField("malformed", sent.defect().name());
                json.writeNumberField("bytes", sent.digest().bytes());
                json.writeStringField("sha256", sent.digest().sha256());
            }
            case SentWaveform sent -> {
                json.writeStringField("sent", sent.at().toString());
                json.writeNumberField("qos", sent.qos());
                json.writeStringField("device", sent.device().name());
                json.writeStringField("waveform", sent.kind());
                json.writeNumberField("bytes", sent.digest().bytes());
                json.writeStringField("sha256", sent.digest().sha256());
            }
            case Resent resent -> {
                json.writeStringField("resent", resent.at().toString());
                json.writeNumberField("attempt", resent.attempt());
            }
            case Acked acked -> json.writeStringField("acked", acked.at().toString());
        }
    }

    private static void writeValues(JsonGenerator json, List<Spoken> values) throws IOException {
        json.writeObjectFieldStart("values");
        for (Spoken value : values) {
            json.writeObjectFieldStart(value.parameter().key());
            switch (value) {
                case Spoken.Quantity number -> {
                    json.writeStringField("value", number.number().toPlainString());
                    json.writeStringField("unit", number.unit().ucum());
                }
                case Spoken.Nothing nothing ->
                    json.writeStringField("absent", nothing.reason().code());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeTricks(JsonGenerator json, Set<Trick> tricks) throws IOException {
        if (!tricks.isEmpty()) {
            json.writeArrayFieldStart("tricks");
            for (Trick trick : EnumSet.copyOf(tricks)) {
                json.writeString(trick.name());
            }
            json.writeEndArray();
        }
    }

    public static EvidenceLine decode(byte[] line) {
        Map<String, String> members = new HashMap<>();
        Map<String, Shown> values = Map.of();
        Set<Trick> tricks = EnumSet.noneOf(Trick.class);
        try (JsonParser json = JSON.createParser(line)) {
            Members.start(json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "values" -> values = Members.values(json);
                    case "tricks" -> {
                        while (json.nextToken() == JsonToken.VALUE_STRING) {
                            tricks.add(Trick.valueOf(json.getText()));
                        }
                    }
                    default -> members.put(name, json.getText());
                }
            }
            return fact(members, values, tricks);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new LineException("a line of evidence must be one of the five kinds of fact", e);
        }
    }

    private static EvidenceLine fact(Map<String, String> members, Map<String, Shown> values, Set<Trick> tricks) {
        long number = Long.parseLong(Members.required(members, "number"));
        if (members.containsKey("acked")) {
            return new Acked(number, instant(members, "acked"));
        }
        if (members.containsKey("resent")) {
            return new Resent(
                    number, instant(members, "resent"), Integer.parseInt(Members.required(members, "attempt")));
        }
        Instant at = instant(members, "sent");
        int qos = Integer.parseInt(Members.required(members, "qos"));
        var device = new DeviceId(Members.required(members, "device"));
        if (members.containsKey("waveform")) {
            return new SentWaveform(number, at, qos, device, Members.required(members, "waveform"), digest(members));
        }
        if (members.containsKey("malformed")) {
            Digest digest = digest(members);
            return new SentMalformed(
                    number, at, qos, device, Defect.valueOf(Members.required(members, "malformed")), digest);
        }
        return new Sent(number, at, qos, tricks, new Sample(device, instant(members, "time"), spoken(values)));
    }

    private static Digest digest(Map<String, String> members) {
        return new Digest(Integer.parseInt(Members.required(members, "bytes")), Members.required(members, "sha256"));
    }

    private static Instant instant(Map<String, String> members, String name) {
        return Instant.parse(Members.required(members, name));
    }

    private static List<Spoken> spoken(Map<String, Shown> values) {
        List<Spoken> spoken = new ArrayList<>();
        values.forEach((key, shown) -> {
            Parameter parameter = Catalogue.standard().key(key);
            spoken.add(
                    switch (shown) {
                        case Shown.Quantity number ->
                            new Spoken.Quantity(
                                    parameter,
                                    number.number(),
                                    Unit.ofUcum(number.unit()).orElseThrow());
                        case Shown.Absent absent ->
                            new Spoken.Nothing(
                                    parameter,
                                    AbsentReason.ofCode(absent.reason()).orElseThrow());
                    });
        });
        return spoken;
    }
}
