package org.fieldward.installer.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.installer.part.Chain;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;

/** Chain, core, gateway and a ward of twelve beds, in the order a reading would meet them backwards. */
final class Demo implements AutoCloseable {

    private static final String VISITOR = "visitor";

    private final Path root;
    private final Path folder;
    private final int consolePort;
    private final PrintStream out;
    private final Clock clock;
    private final Install install;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final List<RunningPart> running = new ArrayList<>();
    private final int clinicPort = Ports.free();
    private volatile boolean ending;

    /**
     * @param root the build tree
     * @param folder where everything of this run is kept; removed at the end by whoever made it
     */
    Demo(Path root, Path folder, int consolePort, PrintStream out, Clock clock) {
        this.root = root;
        this.folder = folder;
        this.consolePort = consolePort;
        this.out = out;
        this.clock = clock;
        this.install = new Install.Launchers(root.resolve("installer/bin"));
    }

    /** Returns when the console shows a moving ward. */
    void start() throws IOException {
        Instant began = clock.instant();
        Optional<Chain> chain = chain();
        step("core: PostgreSQL, gateways' door, FHIR API, console");
        Path tokenFile = Files.createDirectories(folder.resolve("core")).resolve("programs.token");
        String token = token();
        Files.writeString(tokenFile, token);
        var settings = new HashMap<String, String>(
                chain.map(one -> one.anchoring(Duration.ofSeconds(10))).orElse(Map.of()));
        settings.put("http.token-file", tokenFile.toString());
        Core core = keep(Core.start(install, folder.resolve("core"), consolePort, settings));
        CoreApi api = core.api();
        step("ward: twelve patients, each bound to the monitor at the bed");
        Instant admitted = clock.instant().minus(Duration.ofMinutes(5));
        for (Bed bed : Bed.ward()) {
            api.admit(bed.patient(), bed.about());
            api.place(bed.device(), bed.name());
            api.bind(bed.device(), bed.patient(), admitted);
        }
        // Bound to nobody: what a visitor publishes waits in quarantine until somebody says whose it is.
        api.place(VISITOR, "Corridor");
        step("gateway ward-7: enrolled with a one-time token, accounts for twelve monitors");
        Gateway gateway = keep(Gateway.prepare(
                        install,
                        folder.resolve("gateway"),
                        core.intakePort(),
                        core.admit("ward-7"),
                        Stream.concat(Bed.ward().stream().map(Bed::device), Stream.of(VISITOR))
                                .toList(),
                        Map.of(
                                "alarm.silent-seconds",
                                "20",
                                "clinic.port",
                                Integer.toString(clinicPort),
                                // As open as the console is: to this machine.
                                "clinic.open-on-loopback",
                                "true"))
                .start());
        step("monitors: one reading a second from each bed");
        RunningPart ward = keep(ward(gateway));
        running.addAll(List.of(core.process(), gateway.process(), ward));
        api.await("api/v1/ward", answer -> answer.toString().contains("heart-rate"), Duration.ofSeconds(30));
        step("somebody to look: the administrator demo");
        String said = core.command(
                "person", "add", "demo", "--roles", "administrator,clinician", "--facilities", "*", "--link");
        tell(
                core,
                gateway,
                chain,
                new Entry(line(said, "link: "), line(said, "password: "), token),
                Duration.between(began, clock.instant()));
    }

    /** Returns when a part ends that should run on. */
    void watch() throws InterruptedException {
        while (running.stream().allMatch(RunningPart::isAlive)) {
            synchronized (this) {
                wait(500);
            }
        }
        if (!ending) {
            out.println("A part has ended by itself:");
            running.stream().filter(part -> !part.isAlive()).forEach(part -> out.println(part.lastLines(20)));
        }
    }

    private Optional<Chain> chain() throws IOException {
        step("chain: an EVM from the npm registry");
        Optional<Path> program = Chain.install(
                root.resolve("installer/chain"), root.resolve("installer/target/chain"), folder.resolve("npm.log"));
        if (program.isEmpty()) {
            out.println("     no Node, or the registry does not answer: the log is kept and signed, anchoring waits");
            return Optional.empty();
        }
        return Optional.of(keep(Chain.start(program.get(), folder.resolve("chain"))));
    }

    private RunningPart ward(Gateway gateway) {
        return RunningPart.start(
                "device-simulator",
                install.command(
                        Part.DEVICE_SIMULATOR,
                        List.of(
                                "ward",
                                "--beds",
                                Integer.toString(Bed.ward().size()),
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(gateway.mqttPort()),
                                "--logins",
                                gateway.logins().toString(),
                                "--evidence",
                                folder.resolve("evidence.ndjson").toString(),
                                "--episode",
                                "3m",
                                "--cuff-every",
                                "1m")),
                folder.resolve("ward.log"));
    }

    /** How to come in: by a link, once; by a password; as a program. */
    private record Entry(String link, String password, String token) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** 256 random bits. */
    private static String token() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String line(String said, String begin) {
        return said.lines()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.substring(begin.length()))
                .findFirst()
                .orElseThrow(() -> new PartException("cloud-core did not print '" + begin + "'"));
    }

    private void tell(Core core, Gateway gateway, Optional<Chain> chain, Entry entry, Duration took) {
        String http = core.api().address().toString();
        String password;
        try {
            password = Files.readAllLines(gateway.logins()).getLast().split(":", 2)[1];
        } catch (IOException e) {
            throw new PartException("could not read " + gateway.logins(), e);
        }
        out.printf("%nFieldward is up, %.1f s after the build.%n%n", took.toMillis() / 1000.0);
        out.println("  Console       " + http + entry.link());
        out.println(
                "                This link signs in once, within ten minutes; afterwards: demo, " + entry.password());
        out.println(
                "                Twelve patients with moving numbers. Watch the bed with the hypoxic episode, the one");
        out.println(
                "                whose sensor comes off, and the one that falls silent; below, the gateway's backlog.");
        out.println("  Ward's page   http://127.0.0.1:" + clinicPort + "/");
        out.println("                The same ward from the gateway itself: it goes on when the core is gone.");
        out.println("  Programs      export TOKEN=" + entry.token());
        out.println("  FHIR          curl -H \"Authorization: Bearer $TOKEN\" '" + http
                + "fhir/Observation?patient=p-01&code=8867-4&_sort=-date&_count=3'");
        out.println("  A proof       curl -H \"Authorization: Bearer $TOKEN\" '" + http
                + "fhir/Observation/ID/$proof' with an id from there");
        out.println("  Live          curl -N -H \"Authorization: Bearer $TOKEN\" " + http + "api/v1/stream");
        out.println("  Publish       mosquitto_pub -p " + gateway.mqttPort() + " -i " + VISITOR + " -u " + VISITOR
                + " -P '" + password + "' -q 1 \\");
        out.println("                  -t devices/visitor/readings -m '{\"values\":{\"temperature\":37.9}}'");
        out.println("  Gateway       " + root.relativize(root.resolve("installer/bin/edge-agent")) + " status --config "
                + gateway.settings());
        chain.ifPresent(one -> out.println("  Chain         " + one.url() + " (a root every ten seconds)"));
        out.println();
        out.println("Ctrl-C ends it and removes " + folder);
        out.flush();
    }

    private void step(String what) {
        out.println("  ·  " + what);
        out.flush();
    }

    private <T extends AutoCloseable> T keep(T part) {
        synchronized (started) {
            started.push(part);
        }
        return part;
    }

    /** Ends what runs, last started first. */
    @Override
    public void close() {
        ending = true;
        while (true) {
            AutoCloseable part;
            synchronized (started) {
                if (started.isEmpty()) {
                    return;
                }
                part = started.pop();
            }
            try {
                part.close();
            } catch (Exception e) {
                // The others must still be ended.
                out.println("     a part did not end as it should: " + e.getMessage());
            }
        }
    }
}
