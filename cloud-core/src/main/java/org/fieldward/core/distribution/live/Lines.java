package org.fieldward.core.distribution.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.observation.Accepted.Step;
import org.fieldward.core.observation.alarm.Alarms.Alarm;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Unit;

/**
 * Readings and alarms as one line of JSON each. Times are ISO 8601 in UTC with microseconds; numbers are text, so that
 * {@code 37.0} stays {@code 37.0}. Thread-safe.
 */
public final class Lines {

    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Lines() {}

    public static String reading(StoredReading reading) {
        var text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, reading);
        } catch (IOException e) {
            throw new UncheckedIOException("a string can always be written to", e);
        }
        return text.toString();
    }

    /** The same and {@code "late":true}: history that waited for a link. */
    static String late(StoredReading reading) {
        return "{\"late\":true," + reading(reading).substring(1);
    }

    /** {@code device_time} is left out where the device gave none. */
    public static void write(JsonGenerator json, StoredReading reading) throws IOException {
        json.writeStartObject();
        json.writeStringField("device", reading.getDevice());
        json.writeStringField("patient", reading.getPatient());
        json.writeStringField("gateway", reading.getGateway());
        json.writeNumberField("epoch", reading.getEpoch());
        json.writeNumberField("sequence", reading.getSequence());
        json.writeNumberField("version", reading.getVersion());
        json.writeStringField("measured", time(reading.getMeasuredMicros()));
        json.writeStringField("received", time(reading.getReceivedMicros()));
        if (reading.getDeviceMicros() != 0) {
            json.writeStringField("device_time", time(reading.getDeviceMicros()));
        }
        json.writeObjectFieldStart("values");
        for (int i = 0; i < reading.getParameterCount(); i++) {
            json.writeObjectFieldStart(
                    Catalogue.standard().parameter(reading.getParameter(i)).key());
            if (reading.getAbsent(i) == 0) {
                json.writeStringField(
                        "value",
                        BigDecimal.valueOf(reading.getUnscaled(i), reading.getScale(i))
                                .toPlainString());
                json.writeStringField("unit", Unit.of(reading.getUnit(i)).ucum());
            } else {
                json.writeStringField(
                        "absent", AbsentReason.of(reading.getAbsent(i)).code());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    public static String alarm(Alarm alarm) {
        AlarmChange latest = alarm.latest();
        return step(new Step(
                0,
                alarm.gateway(),
                latest.alarm(),
                latest.device(),
                latest.kind(),
                latest.priority(),
                latest.phase(),
                latest.parameter(),
                latest.stamp().measuredAt(),
                alarm.raisedAt(),
                alarm.patient(),
                latest.detail(),
                false));
    }

    static String step(Step step) {
        var text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, step);
        } catch (IOException e) {
            throw new UncheckedIOException("a string can always be written to", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Step step) throws IOException {
        json.writeStartObject();
        json.writeStringField("alarm", step.alarm());
        json.writeStringField("gateway", step.gateway());
        json.writeStringField("device", step.device().name());
        if (step.patient().isPresent()) {
            json.writeStringField("patient", step.patient().get());
        }
        json.writeStringField("kind", word(step.kind()));
        json.writeStringField("class", isTechnical(step.kind()) ? "technical" : "physiological");
        json.writeStringField("priority", word(step.priority()));
        json.writeStringField("phase", word(step.phase()));
        if (step.parameter().isPresent()) {
            json.writeStringField("parameter", step.parameter().get().key());
        }
        json.writeStringField("raised", time(step.raisedAt()));
        json.writeStringField("changed", time(step.at()));
        json.writeStringField("detail", step.detail());
        json.writeEndObject();
    }

    /** @param content the resource itself, where it is told too */
    static String written(Key key, long version, long number, Version.Kind kind, Optional<String> content) {
        var text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("change", word(kind));
            json.writeStringField("type", key.type());
            json.writeStringField("id", key.id());
            json.writeNumberField("version", version);
            json.writeNumberField("number", number);
            if (content.isPresent()) {
                json.writeFieldName("resource");
                json.writeRawValue(content.get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string can always be written to", e);
        }
        return text.toString();
    }

    public static String time(Instant instant) {
        return MICROS.format(instant);
    }

    private static String time(long micros) {
        return MICROS.format(Micros.instant(micros));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean isTechnical(AlarmChange.Kind kind) {
        return switch (kind) {
            case LIMIT_HIGH, LIMIT_LOW -> false;
            case SENSOR_OFF, DEVICE_SILENT, LINK_DOWN, DISK -> true;
        };
    }
}
