package org.fieldward.edge.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.edge.app.AgentException;
import org.fieldward.edge.app.DataDirectory;
import org.fieldward.edge.app.Settings;
import org.fieldward.edge.app.StatusFile;
import org.fieldward.edge.buffer.RejectReason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Exit code 0: running; 3: not running, and what is shown is how it was at the end. */
@Command(
        name = "devices",
        description = "How each device is doing, or one of them with its last rejected messages.",
        mixinStandardHelpOptions = true)
public final class DevicesCommand implements Callable<Integer> {

    private static final int NOT_RUNNING = 3;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "DEVICE", arity = "0..1", description = "Only this device, in detail.")
    private String device = "";

    @Override
    public Integer call() {
        Settings settings = config.settings();
        Optional<DataDirectory> free = DataDirectory.hold(settings.data());
        free.ifPresent(DataDirectory::close);
        JsonNode status = new StatusFile(settings.data())
                .read()
                .orElseThrow(() -> new AgentException("no agent ever ran on " + settings.data()));
        if (free.isPresent()) {
            System.out.println("agent not running; as of " + status.path("at").asText());
        }
        if (device.isEmpty()) {
            table(status, System.out);
        } else {
            detail(status, device, System.out);
        }
        return free.isPresent() ? NOT_RUNNING : 0;
    }

    static void table(JsonNode status, PrintStream out) {
        JsonNode devices = status.path("devices");
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("DEVICE", "STATE", "LAST SEEN", "PER MIN", "LAST HOUR", "REJECTS", "CLOCK OFFSET"));
        for (Map.Entry<String, JsonNode> one : devices.path("seen").properties()) {
            JsonNode facts = one.getValue();
            rows.add(List.of(
                    one.getKey(),
                    state(facts),
                    ago(status, facts.path("lastSeen")),
                    facts.path("lastMinute").asText(),
                    facts.path("lastHour").asText(),
                    Long.toString(rejects(devices.path("rejected").path(one.getKey()))),
                    offset(facts)));
        }
        int[] widths = new int[rows.getFirst().size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    static void detail(JsonNode status, String device, PrintStream out) {
        JsonNode facts = status.path("devices").path("seen").path(device);
        if (facts.isMissingNode()) {
            throw new AgentException("the gateway has not heard of a device " + device + " since it was started");
        }
        line(out, "device", device);
        line(out, "state", state(facts) + (facts.has("since") ? " since " + text(facts, "since") : ""));
        line(
                out,
                "last seen",
                facts.has("lastSeen")
                        ? text(facts, "lastSeen") + ", " + ago(status, facts.path("lastSeen")) + " ago"
                        : "never");
        line(
                out,
                "readings",
                text(facts, "lastMinute") + " in the last minute, " + text(facts, "lastHour") + " in the last hour");
        JsonNode clock = facts.path("clockOffset");
        line(
                out,
                "clock",
                clock.isMissingNode()
                        ? "sends no time of its own, or only old readings so far"
                        : offset(facts) + " (" + text(clock, "samples") + " readings)");
        JsonNode counts = status.path("devices").path("rejected").path(device);
        line(out, "rejects", counts.isEmpty() ? "none" : rejects(counts) + " since the start");
        counts.properties()
                .forEach(one -> line(
                        out,
                        "",
                        one.getValue().asLong() + " " + one.getKey() + ": "
                                + advice(RejectReason.valueOf(one.getKey()))));
        facts.path("lastRejects").forEach(one -> line(out, "", text(one, "at") + "  " + text(one, "reason")));
        if (!counts.isEmpty()) {
            line(out, "", "the messages themselves: edge-agent quarantine list");
        }
    }

    static String advice(RejectReason reason) {
        return switch (reason) {
            case UNREADABLE -> "not the format of its topic; check what the device sends, and to which topic";
            case MISSING_FIELD -> "a required field is missing; check the device's or converter's settings";
            case INVALID_FIELD -> "a field holds what cannot be; check the sensor, the units and the device's clock";
            case UNKNOWN_CODE -> "a measurement unknown here; ask for it to be added to the catalogue, then replay";
            case WRONG_UNIT -> "a unit that this measurement does not allow; change the unit at the device";
            case TOO_LARGE -> "larger than mqtt.max-packet-bytes; let the device send smaller messages";
            case NO_BIRTH -> "a Sparkplug node spoke before its birth; it was asked for one, check that it hears NCMD";
            case UNKNOWN_FORMAT -> "no parser for the topic; publish to one of those in docs/payloads.md";
        };
    }

    private static long rejects(JsonNode counts) {
        long sum = 0;
        for (Map.Entry<String, JsonNode> one : counts.properties()) {
            sum += one.getValue().asLong();
        }
        return sum;
    }

    private static String state(JsonNode facts) {
        String state = text(facts, "state");
        return state.equals("unknown") ? "not connected here" : state;
    }

    private static String ago(JsonNode status, JsonNode time) {
        if (time.isMissingNode()) {
            return "-";
        }
        Duration age = Duration.between(
                Instant.parse(time.asText()), Instant.parse(status.path("at").asText()));
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static String offset(JsonNode facts) {
        JsonNode clock = facts.path("clockOffset");
        return clock.isMissingNode()
                ? "-"
                : signed(clock.path("medianMillis").asLong()) + " ± "
                        + plain(clock.path("spreadMillis").asLong()) + putRight(clock);
    }

    private static String putRight(JsonNode clock) {
        long correction = clock.path("correctionMillis").asLong();
        if (clock.path("unsteady").asBoolean()) {
            return ", jumps: times are kept as said";
        }
        return correction == 0
                ? ""
                : ", " + plain(Math.abs(correction)) + (correction > 0 ? " behind" : " ahead")
                        + ": times are put right";
    }

    private static String signed(long millis) {
        return (millis < 0 ? "-" : "+") + plain(Math.abs(millis));
    }

    private static String plain(long millis) {
        if (millis < 10_000) {
            return millis + " ms";
        }
        if (millis < 600_000) {
            return millis / 1000 + " s";
        }
        long minutes = Math.round(millis / 60_000.0);
        if (minutes < 60) {
            return minutes + " min";
        }
        return minutes < 2_880
                ? minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min")
                : minutes / 1_440 + " d";
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }

    private static void line(PrintStream out, String name, String text) {
        out.printf("%-10s %s%n", name, text);
    }
}
