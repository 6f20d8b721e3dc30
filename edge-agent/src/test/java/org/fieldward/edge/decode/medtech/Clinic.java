package org.fieldward.edge.decode.medtech;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Judged;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.OwnTopic;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;

/** A gateway with two mapping files, and what it makes of a payload, in words. */
final class Clinic {

    static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());

    /** What the service's documents call their device. */
    private static final DeviceId LOGIN = new DeviceId("device123");

    private final MedtechMapping mapping;

    private Clinic(MedtechMapping mapping) {
        this.mapping = mapping;
    }

    static Clinic of(Path device, Path fhir, Envelope envelope) {
        return new Clinic(MedtechMapping.read(
                new MedtechFiles(device, fhir, OwnTopic.of("devices/{device}/messages/events/#"), envelope, true),
                NORMALISER));
    }

    static Clinic of(Path home, String device, String fhir, Envelope envelope) {
        try {
            return of(
                    Files.writeString(home.resolve("devicecontent.json"), device),
                    Files.writeString(home.resolve("fhirmapping.json"), fhir),
                    envelope);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Device templates, FHIR templates: the insides of the collections. */
    static Clinic templates(Path home, Envelope envelope, String device, String fhir) {
        return of(
                home,
                "{\"templateType\": \"CollectionContent\", \"template\": [" + device + "]}",
                "{\"templateType\": \"CollectionFhir\", \"template\": [" + fhir + "]}",
                envelope);
    }

    /** For most tests: a FHIR template with one value. */
    static String fhir(String typeName, String valueName, String loinc, String unit) {
        return """
                {"templateType": "CodeValueFhir", "template": {"typeName": "%s", "periodInterval": 60,
                  "codes": [{"code": "%s", "system": "http://loinc.org"}],
                  "value": {"valueName": "%s", "valueType": "SampledData", "unit": "%s", "defaultPeriod": 5000}}}""".formatted(typeName, loinc, valueName, unit);
    }

    MedtechMapping mapping() {
        return mapping;
    }

    Decoded decode(String payload) {
        return decode(payload, "");
    }

    Decoded decode(String payload, String properties) {
        return new Decoder(NORMALISER, format -> Optional.of(mapping.parser(properties)))
                .decode(
                        new Format.Mapped(MedtechMapping.NAME),
                        LOGIN,
                        ByteString.copyFromUtf8(payload),
                        Judged.arrivals());
    }

    /** One line for each reading, one for what has to be kept. */
    List<String> makes(String payload) {
        return shown(decode(payload));
    }

    static List<String> shown(Decoded decoded) {
        return switch (decoded) {
            case Decoded.Refused refused -> List.of(line(refused));
            case Decoded.Readings readings -> {
                assertThat(readings.readings()).isNotEmpty();
                Judged.entries(readings.entries());
                var lines = new ArrayList<String>();
                readings.readings().forEach(reading -> lines.add(line(reading)));
                readings.rest().ifPresent(rest -> lines.add(line(rest)));
                yield lines;
            }
        };
    }

    private static String line(Decoded.Refused refused) {
        return refused.reason() + ": " + refused.detail();
    }

    private static String line(Reading reading) {
        String time = reading.stamp().deviceTime().map(Instant::toString).orElse("on arrival");
        return reading.values().stream().map(Clinic::word).collect(Collectors.joining(", ", time + " ", ""));
    }

    private static String word(Value value) {
        return switch (value) {
            case Value.Quantity quantity ->
                value.parameter().key() + " " + quantity.number().toPlainString() + " "
                        + quantity.unit().ucum();
            case Value.Absent absent ->
                value.parameter().key() + " " + absent.reason().code();
        };
    }
}
