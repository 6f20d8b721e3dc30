package org.fieldward.edge.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.edge.alarm.AlarmWatch;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.centre.Outcome;
import org.fieldward.edge.clinic.DeviceView;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.door.MqttDoor;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.mllp.MllpDoor;
import org.fieldward.edge.sync.SyncStatus;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Lane;

/** How the agent is, written once a second for whoever asks: {@code status.json} in the data directory. */
public final class StatusFile {

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** At most: of 5,000 devices it has a megabyte, and written each second that would be 97 GB a day for a card to bear. */
    private static final int BYTES_A_SECOND = 100_000;

    private final Path file;
    private long dueMillis = Long.MIN_VALUE;

    public StatusFile(Path data) {
        file = data.resolve("status.json");
    }

    /** Empty if no agent ever ran here. */
    public Optional<JsonNode> read() {
        try {
            return Files.exists(file) ? Optional.of(Trees.MAPPER.readTree(Files.readString(file))) : Optional.empty();
        } catch (IOException e) {
            throw new AgentException("could not read " + file, e);
        }
    }

    /**
     * Where the gateway can be reached; a port is empty if that door is off.
     *
     * @param clinic of the ward's page
     * @param mllp of HL7 v2
     */
    record Ports(MqttDoor.Ports mqtt, Optional<Integer> clinic, Optional<Integer> mllp) {

        static final Ports NONE = new Ports(MqttDoor.Ports.NONE, Optional.empty(), Optional.empty());

        /** By the settings that ask for them; 0 where a door is off. */
        Map<String, Integer> settings() {
            return Map.of(
                    "mqtt.plain.port",
                    mqtt.plain().orElse(0),
                    "mqtt.tls.port",
                    mqtt.tls().orElse(0),
                    "clinic.port",
                    clinic.orElse(0),
                    "mllp.port",
                    mllp.orElse(0));
        }
    }

    /** What goes into it; no measured value, no payload. */
    record Facts(
            Instant now,
            String version,
            Optional<String> gateway,
            SqliteReadingBuffer buffer,
            SyncStatus link,
            MqttDoor.View door,
            Ports ports,
            Optional<MllpDoor.Counts> mllp,
            List<DeviceView> devices,
            Rejects rejects,
            AlarmWatch alarms,
            Optional<Outcome> configuration,
            ClockState clock) {}

    /**
     * Does nothing while the last one is young for its size.
     *
     * @param tickMillis of the monotonic clock
     * @param text asked for only if it is written
     */
    void write(long tickMillis, Supplier<String> text) throws IOException {
        if (tickMillis < dueMillis) {
            return;
        }
        String made = text.get();
        DataDirectory.replace(file, made);
        dueMillis = tickMillis + made.length() * 1_000L / BYTES_A_SECOND;
    }

    /** For people to read. */
    static String text(Facts facts) {
        try {
            return text(json(facts), true);
        } catch (IOException e) {
            throw new AgentException("the status could not be written as JSON", e);
        }
    }

    private static ObjectNode json(Facts facts) {
        ObjectNode root = NODES.objectNode();
        root.put("at", facts.now().toString());
        root.put("pid", ProcessHandle.current().pid());
        root.put("version", facts.version());
        root.put("gateway", facts.gateway().orElse(""));
        root.put("clock", facts.clock().name().toLowerCase(Locale.ROOT));
        SyncStatus link = facts.link();
        ObjectNode core = root.putObject("core");
        core.put("link", link.link().name().toLowerCase(Locale.ROOT));
        core.put(
                "lastConfirmedAt", link.lastConfirmedAt().map(Instant::toString).orElse(""));
        core.put("confirmed", link.confirmed());
        core.put("accepted", link.accepted());
        core.put("held", link.held());
        link.caughtUpIn().ifPresent(left -> core.put("caughtUpInSeconds", left.toSeconds()));
        core.put("problem", link.problem().orElse(""));
        facts.configuration()
                .ifPresent(outcome -> core.putObject("configuration")
                        .put("version", outcome.version())
                        .put("standing", word(outcome.standing()))
                        .put("detail", outcome.detail()));
        link.copyAt().ifPresent(at -> core.put("copyAt", at.toString()));
        ObjectNode quarantined = core.putObject("quarantined");
        link.quarantined().forEach(quarantined::put);
        ObjectNode buffer = root.putObject("buffer");
        buffer.put("epoch", facts.buffer().lives().newest().epoch());
        buffer.put("nextSequence", facts.buffer().nextSequence());
        buffer.put("bytesUsed", facts.buffer().usage().bytesUsed());
        buffer.put("bytesAllowed", facts.buffer().usage().bytesAllowed());
        buffer.put("damagedGroups", facts.buffer().damagedGroups());
        buffer.put("diskFull", facts.buffer().isDiskFull());
        long documents = facts.buffer().documents().waiting();
        buffer.put("documentsWaiting", documents);
        buffer.put("coreTooOldForDocuments", documents > 0 && link.isTooOldForDocuments());
        ObjectNode lost = buffer.putObject("lost");
        facts.buffer().lost().forEach((lane, reasons) -> {
            ObjectNode counts = lost.putObject(word(lane));
            reasons.forEach((reason, count) -> counts.put(word(reason), count));
        });
        buffer.put("setAside", facts.buffer().damage().orElse(""));
        var salvages = buffer.putArray("salvage");
        facts.buffer()
                .salvages()
                .forEach(state -> salvages.addObject()
                        .put("file", state.file())
                        .put("done", state.done())
                        .put("records", state.records())
                        .put("lostRows", state.lostRows()));
        ObjectNode backlog = buffer.putObject("backlog");
        for (Lane lane : Lane.values()) {
            ReadingBuffer.Backlog waiting = facts.buffer().backlog(lane);
            if (waiting.records() > 0) {
                ObjectNode one = backlog.putObject(lane.name().toLowerCase(Locale.ROOT));
                one.put("records", waiting.records());
                waiting.oldest()
                        .ifPresent(since -> one.put(
                                "oldestSeconds",
                                Duration.between(since, facts.now()).toSeconds()));
            }
        }
        ObjectNode devices = root.putObject("devices");
        devices.put("plainPort", facts.ports().mqtt().plain().orElse(0));
        devices.put("tlsPort", facts.ports().mqtt().tls().orElse(0));
        devices.put("webSocketPort", facts.ports().mqtt().web().orElse(0));
        devices.put("sessions", facts.door().sessions());
        devices.put("published", facts.door().published());
        devices.put("denied", facts.door().denied());
        devices.put("refusedLogins", facts.door().refusedLogins());
        var online = devices.putArray("online");
        facts.door().online().forEach(device -> online.add(device.name()));
        ObjectNode rejects = devices.putObject("rejected");
        Map<DeviceId, Rejects.OfDevice> refused = facts.rejects().snapshot();
        refused.forEach((device, counts) -> {
            ObjectNode one = rejects.putObject(device.name());
            counts.counts().forEach((reason, count) -> one.put(reason.name(), count));
        });
        ObjectNode seen = devices.putObject("seen");
        facts.devices().forEach(device -> seen.set(device.device().name(), json(device, refused)));
        root.putObject("clinic").put("port", facts.ports().clinic().orElse(0));
        ObjectNode mllp =
                root.putObject("mllp").put("port", facts.ports().mllp().orElse(0));
        facts.mllp().ifPresent(counts -> mllp.put("stored", counts.stored()).put("refused", counts.refused()));
        var alarms = root.putArray("alarms");
        facts.alarms().active().forEach(change -> alarms.add(json(change)));
        return root;
    }

    /** Statistics only: what a device measured is not in them. */
    private static ObjectNode json(DeviceView device, Map<DeviceId, Rejects.OfDevice> refused) {
        ObjectNode node = NODES.objectNode();
        node.put("state", word(device.state()));
        device.since().ifPresent(since -> node.put("since", since.toString()));
        device.lastSeen().ifPresent(at -> node.put("lastSeen", at.toString()));
        node.put("lastMinute", device.lastMinute());
        node.put("lastHour", device.lastHour());
        device.clock().ifPresent(offset -> {
            ObjectNode clock = node.putObject("clockOffset");
            clock.put("medianMillis", offset.medianMillis());
            clock.put("spreadMillis", offset.spreadMillis());
            clock.put("samples", offset.samples());
            clock.put("correctionMillis", offset.correctionMillis());
            clock.put("unsteady", offset.unsteady());
        });
        Optional.ofNullable(refused.get(device.device())).ifPresent(rejects -> {
            var last = node.putArray("lastRejects");
            rejects.last()
                    .forEach(one -> last.addObject()
                            .put("at", one.at().toString())
                            .put("reason", one.reason().name()));
        });
        return node;
    }

    /** An alarm as the ward's topics and the status show it. */
    static ObjectNode json(AlarmChange change) {
        ObjectNode node = NODES.objectNode();
        node.put("alarm", change.alarm());
        node.put("device", change.device().name());
        node.put("kind", word(change.kind()));
        change.parameter().ifPresent(parameter -> node.put("parameter", parameter.key()));
        node.put("priority", word(change.priority()));
        node.put("phase", word(change.phase()));
        node.put("at", change.stamp().receivedAt().toString());
        node.put("detail", change.detail());
        return node;
    }

    static byte[] bytes(ObjectNode node) {
        try {
            return text(node, false).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AgentException("an alarm could not be written as JSON", e);
        }
    }

    /** Reads trees, for commands: it is most of the library, and a running gateway does without it. */
    private static final class Trees {
        private static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private static String text(ObjectNode node, boolean isForPeople) throws IOException {
        var text = new StringWriter(2_048);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            if (isForPeople) {
                out.useDefaultPrettyPrinter();
            }
            write(out, node);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, JsonNode node) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.writeStartObject();
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    out.writeFieldName(field.getKey());
                    write(out, field.getValue());
                }
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray();
                for (JsonNode element : node) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            case NUMBER -> out.writeNumber(node.longValue());
            case BOOLEAN -> out.writeBoolean(node.booleanValue());
            case STRING -> out.writeString(node.textValue());
            case NULL, BINARY, POJO, MISSING -> throw new IllegalArgumentException("no " + node.getNodeType());
        }
    }

    /** On the ward's topics. */
    static void show(AlarmChange change, LocalTopics topics) {
        boolean over = change.phase() == AlarmChange.Phase.CLEARED;
        topics.publish(topic(change), ByteString.copyFrom(bytes(json(change))), !over);
        if (over) {
            // Whoever was listening heard that it ended; whoever comes later finds nothing kept.
            topics.publish(topic(change), ByteString.EMPTY, true);
        }
    }

    /** {@code alarms/DEVICE/KIND}, and the parameter where there is one. */
    static String topic(AlarmChange change) {
        return "alarms/" + change.device() + "/" + word(change.kind())
                + change.parameter().map(parameter -> "/" + parameter.key()).orElse("");
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
