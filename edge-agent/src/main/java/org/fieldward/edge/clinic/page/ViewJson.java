package org.fieldward.edge.clinic.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.centre.Roster;
import org.fieldward.edge.clinic.DeviceView;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.Freshness;
import org.fieldward.edge.clinic.Urgency;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Value;

/** The view as JSON: devices with the most urgent first, those alike in the natural order of their names. */
final class ViewJson {

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private static final Comparator<AlarmChange> MOST_URGENT_FIRST = Comparator.comparing(
                    (AlarmChange alarm) -> Urgency.isTechnical(alarm.kind()))
            .thenComparing(AlarmChange::priority)
            .thenComparing(alarm -> alarm.stamp().receivedAt());

    private final ClinicView view;
    private final JsonGenerator json;

    private record Ranked(DeviceView device, Urgency urgency, List<AlarmChange> alarms) {}

    private ViewJson(ClinicView view, JsonGenerator json) {
        this.view = view;
        this.json = json;
    }

    static byte[] of(ClinicView view) {
        var out = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            new ViewJson(view, json).write();
        } catch (IOException e) {
            throw new UncheckedIOException("memory refused to be written", e);
        }
        return out.toByteArray();
    }

    private void write() throws IOException {
        var alarms = new HashMap<DeviceId, List<AlarmChange>>();
        view.alarms().stream()
                .sorted(MOST_URGENT_FIRST)
                .forEach(alarm -> alarms.computeIfAbsent(alarm.device(), device -> new ArrayList<>())
                        .add(alarm));
        List<Ranked> ranked = view.devices().stream()
                .map(device -> {
                    List<AlarmChange> own = alarms.getOrDefault(device.device(), List.of());
                    return new Ranked(device, Urgency.of(device, own), own);
                })
                .sorted(Comparator.comparing(Ranked::urgency))
                .toList();
        json.writeStartObject();
        gateway(view.gateway());
        roster();
        json.writeArrayFieldStart("gatewayAlarms");
        for (AlarmChange alarm : view.alarms()) {
            if (Urgency.isAboutGateway(alarm.kind())) {
                alarm(alarm);
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("devices");
        for (Ranked one : ranked) {
            device(one);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void gateway(GatewayFacts gateway) throws IOException {
        json.writeStringField("at", gateway.at().toString());
        json.writeStringField("gateway", gateway.name().orElse(""));
        json.writeStringField("version", gateway.version());
        json.writeStringField("clock", gateway.clock());
        GatewayFacts.Link link = gateway.link();
        json.writeObjectFieldStart("core");
        json.writeStringField("link", link.state());
        time("lastConfirmedAt", link.lastConfirmedAt());
        age("lastConfirmedSeconds", link.lastConfirmedAt());
        json.writeStringField("problem", link.problem().orElse(""));
        json.writeNumberField("backlog", link.backlog());
        age("oldestSeconds", link.oldest());
        json.writeBooleanField("held", link.held());
        if (link.caughtUpIn().isPresent()) {
            json.writeNumberField("caughtUpInSeconds", link.caughtUpIn().get().toSeconds());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("disk");
        json.writeNumberField("bytesUsed", gateway.disk().bytesUsed());
        json.writeNumberField("bytesAllowed", gateway.disk().bytesAllowed());
        json.writeBooleanField("full", gateway.disk().full());
        json.writeObjectFieldStart("lost");
        for (var lane : gateway.disk().lost().entrySet()) {
            long count =
                    lane.getValue().values().stream().mapToLong(Long::longValue).sum();
            json.writeNumberField(word(lane.getKey()), count);
        }
        json.writeEndObject();
        json.writeStringField("damage", gateway.disk().damage().orElse(""));
        json.writeEndObject();
    }

    /** How old it is nobody knows if the clock was set back meanwhile: then no age stands there. */
    private void roster() throws IOException {
        Roster roster = view.roster();
        if (roster.version() != 0) {
            json.writeObjectFieldStart("roster");
            json.writeStringField("saidAt", roster.saidAt().toString());
            if (!roster.saidAt().isAfter(view.gateway().at())) {
                age("saidSeconds", Optional.of(roster.saidAt()));
            }
            json.writeEndObject();
        }
    }

    private void device(Ranked ranked) throws IOException {
        DeviceView device = ranked.device();
        json.writeStartObject();
        json.writeStringField("device", device.device().name());
        Optional<Roster.Place> place =
                Optional.ofNullable(view.roster().places().get(device.device()));
        if (place.isPresent()) {
            json.writeStringField("bed", place.get().bed());
            json.writeStringField("label", place.get().label());
        }
        json.writeStringField("urgency", ranked.urgency().word());
        json.writeBooleanField("tile", Urgency.hasTile(device, ranked.urgency()));
        json.writeStringField("state", word(device.state()));
        time("since", device.since());
        time("lastSeen", device.lastSeen());
        if (device.lastSeen().isPresent()) {
            json.writeNumberField("lastSeenSeconds", device.lastSeenMillis() / 1000);
        }
        json.writeNumberField("lastMinute", device.lastMinute());
        json.writeNumberField("lastHour", device.lastHour());
        Optional<DeviceView.Offset> clock = device.clock();
        if (clock.isPresent()) {
            json.writeObjectFieldStart("clockOffset");
            json.writeNumberField("medianMillis", clock.get().medianMillis());
            json.writeNumberField("spreadMillis", clock.get().spreadMillis());
            json.writeNumberField("samples", clock.get().samples());
            json.writeNumberField("correctionMillis", clock.get().correctionMillis());
            json.writeBooleanField("unsteady", clock.get().unsteady());
            json.writeEndObject();
        }
        json.writeArrayFieldStart("values");
        for (LastValue value : device.values()) {
            value(value);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("alarms");
        for (AlarmChange alarm : ranked.alarms()) {
            alarm(alarm);
        }
        json.writeEndArray();
        rejects(Optional.ofNullable(view.rejects().get(device.device())));
        json.writeEndObject();
    }

    private void value(LastValue last) throws IOException {
        json.writeStartObject();
        json.writeStringField("parameter", last.value().parameter().key());
        json.writeStringField("name", last.value().parameter().name());
        switch (last.value()) {
            case Value.Quantity quantity -> {
                // As text: a number of JavaScript would turn 37.0 into 37.
                json.writeStringField("value", quantity.number().toPlainString());
                json.writeStringField("unit", quantity.unit().ucum());
            }
            case Value.Absent absent ->
                json.writeStringField("absent", absent.reason().code());
        }
        json.writeStringField("measuredAt", last.measuredAt().toString());
        json.writeNumberField("ageSeconds", last.ageMillis() / 1000);
        json.writeStringField(
                "freshness",
                Freshness.of(last.value().parameter(), last.ageMillis()).word());
        json.writeEndObject();
    }

    private void alarm(AlarmChange alarm) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", word(alarm.kind()));
        json.writeStringField("priority", word(alarm.priority()));
        json.writeStringField("phase", word(alarm.phase()));
        json.writeBooleanField("technical", Urgency.isTechnical(alarm.kind()));
        if (alarm.parameter().isPresent()) {
            json.writeStringField("parameter", alarm.parameter().get().key());
        }
        json.writeStringField("detail", alarm.detail());
        json.writeStringField("since", alarm.stamp().receivedAt().toString());
        age("sinceSeconds", Optional.of(alarm.stamp().receivedAt()));
        json.writeEndObject();
    }

    private void rejects(Optional<Rejects.OfDevice> rejects) throws IOException {
        json.writeObjectFieldStart("rejected");
        json.writeObjectFieldStart("counts");
        for (Map.Entry<?, Long> one :
                rejects.map(Rejects.OfDevice::counts).orElse(Map.of()).entrySet()) {
            json.writeNumberField(one.getKey().toString(), one.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("last");
        for (Rejects.Refusal one : rejects.map(Rejects.OfDevice::last).orElse(List.of())) {
            json.writeStartObject();
            json.writeStringField("at", one.at().toString());
            json.writeStringField("reason", one.reason().name());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void time(String field, Optional<Instant> time) throws IOException {
        if (time.isPresent()) {
            json.writeStringField(field, time.get().toString());
        }
    }

    private void age(String field, Optional<Instant> since) throws IOException {
        if (since.isPresent()) {
            Duration age = Duration.between(since.get(), view.gateway().at());
            json.writeNumberField(field, Math.max(0, age.toSeconds()));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
