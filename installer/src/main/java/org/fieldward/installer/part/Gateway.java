package org.fieldward.installer.part;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fieldward.edge.app.StatusFile;
import org.fieldward.installer.part.Install.Part;

/** A gateway on this machine, enrolled as an operator would, that can be killed and started again. */
public final class Gateway implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofSeconds(60);

    private final Install install;
    private final Path folder;
    private final Path data;
    private final Path settings;
    private final int mqttPort;
    private final int tlsPort;
    private Optional<RunningPart> process = Optional.empty();

    private Gateway(Install install, Path folder, Path data, Path settings, int mqttPort, int tlsPort) {
        this.install = install;
        this.folder = folder;
        this.data = data;
        this.settings = settings;
        this.mqttPort = mqttPort;
        this.tlsPort = tlsPort;
    }

    /**
     * Enrols it and gives its devices accounts; it does not run yet.
     *
     * @param corePort where the core, or the wire to it, listens
     * @param devices who may connect; their passwords are in {@link #logins()}
     */
    public static Gateway prepare(
            Install install,
            Path folder,
            int corePort,
            Core.Admission admission,
            List<String> devices,
            Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("core.address", "127.0.0.1:" + corePort);
        Gateway gateway = of(install, folder, settings);
        // Neither needs the other, and each starts a process.
        CompletableFuture<Void> accounts = CompletableFuture.runAsync(() -> gateway.accounts(devices));
        gateway.enrol(admission);
        accounts.join();
        return gateway;
    }

    /** One that knows no core and keeps what its devices say; it does not run yet. */
    public static Gateway alone(Install install, Path folder, List<String> devices, Map<String, String> more) {
        Gateway gateway = of(install, folder, more);
        gateway.accounts(devices);
        return gateway;
    }

    private static Gateway of(Install install, Path folder, Map<String, String> more) {
        int mqttPort = Ports.free();
        int tlsPort = Ports.free();
        var settings = new HashMap<String, String>();
        // Several of them may run on this machine.
        settings.put("clinic.port", "off");
        settings.putAll(more);
        Path data = folder.resolve("data");
        settings.put("data.directory", data.toString());
        settings.put("mqtt.plain.port", Integer.toString(mqttPort));
        settings.put("mqtt.tls.port", Integer.toString(tlsPort));
        settings.put("mqtt.tls.host", "127.0.0.1");
        Path file = SettingsFile.write(folder.resolve("gateway.properties"), settings);
        return new Gateway(install, folder, data, file, mqttPort, tlsPort);
    }

    private void enrol(Core.Admission admission) {
        Path token = secret(folder.resolve("token"), admission.token());
        command(
                "enrol",
                "--gateway",
                admission.gateway(),
                "--token-file",
                token.toString(),
                "--ca-fingerprint",
                admission.authority());
    }

    private void accounts(List<String> devices) {
        var words = new ArrayList<>(List.of("account", "add"));
        words.addAll(devices);
        // Each password is hashed many times over, and there may be thousands.
        Duration limit = COMMAND.plusMillis(20L * devices.size());
        secret(logins(), command(limit, words) + "\n");
    }

    /** The same gateway with another copy of its data, and with doors elsewhere; it does not run yet. */
    public Gateway copy(Path data) {
        var others = SettingsFile.read(settings);
        int otherPlain = Ports.free();
        int otherTls = Ports.free();
        others.put("data.directory", data.toString());
        others.put("mqtt.plain.port", Integer.toString(otherPlain));
        others.put("mqtt.tls.port", Integer.toString(otherTls));
        Path file = SettingsFile.write(folder.resolve("copy.properties"), others);
        return new Gateway(install, folder, data, file, otherPlain, otherTls);
    }

    public Gateway start() {
        launch().whenItPrints("MQTT is open", START);
        return this;
    }

    /** Starts it and does not wait until it is there. */
    public RunningPart launch() {
        RunningPart started = RunningPart.start(
                "edge-agent",
                install.command(Part.EDGE_AGENT, List.of("run", "--config", settings.toString())),
                folder.resolve("gateway.log"));
        process = Optional.of(started);
        return started;
    }

    public RunningPart process() {
        return process.orElseThrow(() -> new PartException("the gateway was not started"));
    }

    /** Lines of {@code device:password}. */
    public Path logins() {
        return folder.resolve("logins");
    }

    /** One more account, for a screen of the ward; returns its password. */
    public String admitScreen(String name) {
        return password(
                name, command("account", "add", "--role", "screen", name).lines());
    }

    public String password(String device) {
        try (Stream<String> lines = Files.lines(logins())) {
            return password(device, lines);
        } catch (IOException e) {
            throw new PartException("could not read " + logins(), e);
        }
    }

    private static String password(String name, Stream<String> logins) {
        String start = name + ":";
        return logins.filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new PartException("the gateway gave " + name + " no password"))
                .substring(start.length());
    }

    public int mqttPort() {
        return mqttPort;
    }

    public int tlsPort() {
        return tlsPort;
    }

    public Path settings() {
        return settings;
    }

    public Path folder() {
        return folder;
    }

    public Path data() {
        return data;
    }

    /** The authority that vouches for the door's own certificate. */
    public Path tlsAuthority() {
        return data.resolve("tls/local-ca.pem");
    }

    /** As it wrote its status last, which it does once a second. */
    public JsonNode awaitStatus(Predicate<JsonNode> wanted, Duration limit) {
        var file = new StatusFile(data);
        return Patience.await(
                "the gateway's status",
                () -> file.read().orElseThrow(() -> new PartException("the gateway wrote no status yet")),
                wanted,
                limit);
    }

    /** Runs one of its commands, beside it if it runs, and returns what it printed. */
    public String command(String... words) {
        return command(COMMAND, List.of(words));
    }

    private String command(Duration limit, List<String> words) {
        var arguments = new ArrayList<>(words);
        arguments.addAll(List.of("--config", settings.toString()));
        return RunningPart.run(
                "edge-agent " + words.getFirst(),
                install.command(Part.EDGE_AGENT, arguments),
                folder.resolve("command.log"),
                limit);
    }

    private static Path secret(Path file, String text) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            // The devices know it, so a power cut must not take it.
            return Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        } catch (IOException e) {
            throw new PartException("could not write " + file, e);
        }
    }

    @Override
    public void close() {
        process.ifPresent(running -> running.stop(Duration.ofSeconds(20)));
    }
}
