package org.fieldward.edge.ingest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.decode.mapping.OwnTopic;
import org.fieldward.edge.decode.medtech.Envelope;
import org.fieldward.edge.decode.medtech.MedtechFiles;

/** Where mapping files of a MedTech service are, and what they are for. */
public final class MedtechSettings {

    private static final SettingKey DEVICE = new SettingKey(
            "decode.medtech.device-mapping",
            "",
            "Device mapping file of a MedTech service or IoMT FHIR connector; empty for none.");
    private static final SettingKey FHIR =
            new SettingKey("decode.medtech.fhir-mapping", "", "The FHIR mapping file that belongs to it.");
    private static final SettingKey TOPIC = new SettingKey(
            "decode.medtech.topic",
            "devices/{device}/messages/events/#",
            "Where such payloads come, besides devices/{device}/mapped/medtech; the default is that of an IoT Hub.");
    private static final SettingKey ENVELOPE = new SettingKey(
            "decode.medtech.envelope",
            "body",
            "What a payload is: body (a device's JSON), message (Body, Properties, SystemProperties) or telemetry (of IoT Central).");
    private static final SettingKey STRICT = new SettingKey(
            "decode.medtech.same-device-id",
            "true",
            "Whether a device id in the payload must be the login; false: it is not looked at.");

    public static final List<SettingKey> KEYS = List.of(DEVICE, FHIR, TOPIC, ENVELOPE, STRICT);

    private MedtechSettings() {}

    /**
     * Empty where no files are named.
     *
     * @param home where relative paths begin
     * @throws IllegalArgumentException that names the key, the rule and what was found
     */
    public static Optional<MedtechFiles> of(Map<String, String> values, Path home) {
        String device = DEVICE.text(values);
        String fhir = FHIR.text(values);
        String word = ENVELOPE.text(values);
        Envelope envelope = Envelope.of(word)
                .orElseThrow(() -> new IllegalArgumentException(ENVELOPE.rule("body, message or telemetry", word)));
        OwnTopic topic = topic(TOPIC.text(values));
        boolean strict = STRICT.flag(values);
        if (device.isEmpty() && fhir.isEmpty()) {
            return Optional.empty();
        }
        if (device.isEmpty() || fhir.isEmpty()) {
            SettingKey missing = device.isEmpty() ? DEVICE : FHIR;
            throw new IllegalArgumentException(missing.rule("given together with the other mapping file", ""));
        }
        return Optional.of(new MedtechFiles(home.resolve(device), home.resolve(fhir), topic, envelope, strict));
    }

    private static OwnTopic topic(String text) {
        try {
            return OwnTopic.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(TOPIC.name() + " " + e.getMessage(), e);
        }
    }
}
