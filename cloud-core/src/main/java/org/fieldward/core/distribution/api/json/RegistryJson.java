package org.fieldward.core.distribution.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.live.Lines;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.reading.DeviceId;

/** The registry's records to and from JSON. What is read is checked; an unknown field is an error. */
public final class RegistryJson {

    private static final int MAX_TEXT = 200;
    private static final Set<String> GENDERS = Set.of("male", "female", "other", "unknown");

    private RegistryJson() {}

    public static Patient patient(String id, JsonNode body, Instant now) {
        known(body, List.of("identifier", "family", "given", "birthDate", "gender"));
        if (!id.matches("[A-Za-z0-9\\-.]{1,64}")) {
            throw new ApiException(400, "id must be 1 to 64 of A-Z a-z 0-9 . -");
        }
        String gender = text(body, "gender").orElse("unknown");
        if (!GENDERS.contains(gender)) {
            throw new ApiException(400, "gender must be one of male, female, other, unknown");
        }
        return new Patient(
                id,
                text(body, "identifier").orElse(""),
                text(body, "family").orElse(""),
                text(body, "given").orElse(""),
                text(body, "birthDate").map(RegistryJson::day),
                gender,
                now);
    }

    public static ObjectNode write(Patient patient) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", patient.id())
                .put("identifier", patient.identifier())
                .put("family", patient.family())
                .put("given", patient.given())
                .put("gender", patient.gender());
        patient.birthDate().ifPresent(day -> json.put("birthDate", day.toString()));
        return json.put("updated", Lines.time(patient.updatedAt()));
    }

    /** @param before as it is known now: the gateway that carries it is not for an operator to say */
    public static Device device(DeviceId id, JsonNode body, Optional<Device> before, Instant now) {
        known(body, List.of("type", "bed"));
        return new Device(id, text(body, "type").orElse(""), text(body, "bed"), before.flatMap(Device::gateway), now);
    }

    public static ObjectNode write(Device device) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", device.id().name()).put("type", device.type());
        device.bed().ifPresent(bed -> json.put("bed", bed));
        device.gateway().ifPresent(gateway -> json.put("gateway", gateway));
        return json.put("updated", Lines.time(device.updatedAt()));
    }

    public static ObjectNode write(Binding binding) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("number", binding.number())
                .put("device", binding.device().name())
                .put("patient", binding.patient())
                .put("from", Lines.time(binding.from()));
        binding.until().ifPresent(until -> json.put("until", Lines.time(until)));
        return json;
    }

    public static DeviceId deviceId(String name) {
        if (!DeviceId.isValid(name)) {
            throw new ApiException(400, "device must be 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit");
        }
        return new DeviceId(name);
    }

    public static Instant instant(String field, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ApiException(400, field + " must be a time like 2026-11-21T03:04:05Z");
        }
    }

    public static Optional<Instant> time(JsonNode body, String field) {
        return text(body, field).map(value -> instant(field, value));
    }

    public static String needed(JsonNode body, String field) {
        return text(body, field).orElseThrow(() -> new ApiException(400, field + " must be there"));
    }

    public static void known(JsonNode body, List<String> fields) {
        if (!body.isObject()) {
            throw new ApiException(400, "the body must be a JSON object");
        }
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            if (!fields.contains(names.next())) {
                throw new ApiException(400, "the body may hold " + String.join(", ", fields) + " and nothing else");
            }
        }
    }

    private static Optional<String> text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
            throw new ApiException(400, field + " must be text of at most " + MAX_TEXT + " characters");
        }
        String text = value.textValue();
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new ApiException(400, field + " must hold no control characters");
        }
        return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new ApiException(400, "birthDate must be a day like 1950-12-31");
        }
    }
}
