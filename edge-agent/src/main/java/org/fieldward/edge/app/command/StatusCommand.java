package org.fieldward.edge.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.edge.app.DataDirectory;
import org.fieldward.edge.app.Settings;
import org.fieldward.edge.app.StatusFile;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exit code 0: running; 3: not running. */
@Command(
        name = "status",
        description = "How the gateway is: link, backlog, devices, alarms, disk.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {

    private static final int NOT_RUNNING = 3;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "Print the status as the agent wrote it.")
    private boolean json;

    @Override
    public Integer call() {
        Settings settings = config.settings();
        Optional<DataDirectory> free = DataDirectory.hold(settings.data());
        free.ifPresent(DataDirectory::close);
        Optional<JsonNode> status = new StatusFile(settings.data()).read();
        if (json) {
            System.out.println(status.map(JsonNode::toPrettyString).orElse("{}"));
        } else {
            System.out.println(free.isPresent() ? "agent     not running" : "agent     running");
            status.ifPresent(StatusCommand::print);
            if (free.isPresent() && BufferCheck.exists(settings.data())) {
                System.out.println("on disk   " + BufferCheck.waiting(settings.data()) + " records wait for the core");
            }
        }
        return free.isPresent() ? NOT_RUNNING : 0;
    }

    private static void print(JsonNode status) {
        JsonNode core = status.path("core");
        JsonNode buffer = status.path("buffer");
        JsonNode devices = status.path("devices");
        line("as of", text(status, "at") + ", version " + text(status, "version") + ", clock " + text(status, "clock"));
        line("gateway", text(status, "gateway").isEmpty() ? "not enrolled" : text(status, "gateway"));
        line(
                "core",
                "link " + text(core, "link") + ", last confirmed "
                        + (text(core, "lastConfirmedAt").isEmpty()
                                ? "never since the start"
                                : "at " + text(core, "lastConfirmedAt"))
                        + ", " + core.path("confirmed").asLong() + " records");
        if (core.path("held").asBoolean()) {
            line("", "readings wait for the transfer window; alarms and events do not");
        }
        if (core.path("caughtUpInSeconds").asLong() > 1) {
            line(
                    "",
                    "the backlog is done in about "
                            + core.path("caughtUpInSeconds").asLong() + " s");
        }
        if (!text(core, "problem").isEmpty()) {
            line("", "last problem: " + text(core, "problem"));
        }
        JsonNode configuration = core.path("configuration");
        if (!configuration.isMissingNode()) {
            line(
                    "",
                    "settings of the centre, version "
                            + configuration.path("version").asLong() + ": "
                            + text(configuration, "standing")
                            + (text(configuration, "detail").isEmpty() ? "" : ", " + text(configuration, "detail")));
        }
        if (!text(core, "copyAt").isEmpty()) {
            line("COPY", "a copy of this gateway's buffer speaks too, noticed at " + text(core, "copyAt"));
        }
        if (!core.path("quarantined").isEmpty()) {
            line("", "the core quarantined: " + core.path("quarantined"));
        }
        line(
                "buffer",
                "epoch " + buffer.path("epoch").asLong() + ", next sequence "
                        + buffer.path("nextSequence").asLong() + ", "
                        + buffer.path("bytesUsed").asLong() + " of "
                        + buffer.path("bytesAllowed").asLong() + " bytes");
        buffer.path("backlog")
                .properties()
                .forEach(lane -> line(
                        "",
                        lane.getKey() + " backlog "
                                + lane.getValue().path("records").asLong() + ", oldest "
                                + lane.getValue().path("oldestSeconds").asLong() + " s"));
        long documents = buffer.path("documentsWaiting").asLong();
        if (documents > 0) {
            String why = buffer.path("coreTooOldForDocuments").asBoolean()
                    ? ": the core cannot take them before it is updated"
                    : "";
            line("", documents + " recorded events and messages are kept here" + why);
        }
        if (buffer.path("diskFull").asBoolean()) {
            line("DISK", "no room: only alarms are taken");
        }
        if (!buffer.path("lost").isEmpty()) {
            line("LOST", "since the buffer began: " + buffer.path("lost"));
        }
        if (!text(buffer, "setAside").isEmpty() || buffer.path("damagedGroups").asLong() > 0) {
            line(
                    "DAMAGE",
                    text(buffer, "setAside") + " groups kept apart: "
                            + buffer.path("damagedGroups").asLong());
        }
        buffer.path("salvage")
                .forEach(one -> line(
                        "SALVAGE",
                        text(one, "file") + ": " + one.path("records").asLong() + " records saved, "
                                + one.path("lostRows").asLong() + " rows beyond saving, "
                                + (one.path("done").asBoolean() ? "done" : "going on")));
        line(
                "devices",
                devices.path("online").size() + " online, "
                        + devices.path("published").asLong()
                        + " publishes; ports plain " + devices.path("plainPort").asInt() + ", TLS "
                        + devices.path("tlsPort").asInt());
        devices.path("rejected")
                .properties()
                .forEach(one -> line("", "rejected from " + one.getKey() + ": " + one.getValue()));
        int page = status.path("clinic").path("port").asInt();
        line("page", page == 0 ? "not open" : "port " + page);
        JsonNode mllp = status.path("mllp");
        if (mllp.path("port").asInt() != 0) {
            line(
                    "mllp",
                    "port " + mllp.path("port").asInt() + ", "
                            + mllp.path("stored").asLong() + " stored, "
                            + mllp.path("refused").asLong() + " refused");
        }
        line("alarms", status.path("alarms").size() + " active");
        status.path("alarms")
                .forEach(alarm -> line(
                        "",
                        text(alarm, "priority") + " " + text(alarm, "device") + ": " + text(alarm, "detail")
                                + ", since " + text(alarm, "at")));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }

    private static void line(String name, String text) {
        System.out.printf("%-9s %s%n", name, text);
    }
}
