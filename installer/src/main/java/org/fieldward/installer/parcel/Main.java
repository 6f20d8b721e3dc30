package org.fieldward.installer.parcel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the gateway's package for machines like this one. */
@Command(
        name = "package",
        mixinStandardHelpOptions = true,
        description = "Makes the gateway's package for machines like this one: its own JDK, jars, a cache that shortens"
                + " the start, a launcher and a unit for systemd.")
public final class Main implements Callable<Integer> {

    @Mixin
    private Program program = new Program();

    @Option(names = "--alone", description = "Trains the cache without a core: smaller, for gateways that have none.")
    private boolean alone;

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        if (!Parcel.obstacle().isEmpty()) {
            throw new PartException(Parcel.obstacle());
        }
        Path library = program.root().resolve("edge-agent/target/app/lib");
        Machine machine = Machine.here();
        Path output = Files.createDirectories(program.root().resolve("installer/target/package"));
        String version = version(library);
        Path folder = output.resolve("fieldward-edge-agent-" + version + "-" + machine.name());
        forget(folder);
        Parcel parcel = Parcel.layOut(folder, program.root().resolve("installer/gateway"), jars(library), machine);
        settings(parcel);
        Path scratch = Files.createTempDirectory("fieldward-package-");
        try {
            train(parcel, scratch);
        } finally {
            forget(scratch);
        }
        tar(output, folder);
        if (Deb.isPossible()) {
            said(Deb.build(output, folder, version, machine));
        }
        return 0;
    }

    private void train(Parcel parcel, Path scratch) {
        Install others = program.install();
        if (alone) {
            Training.train(parcel, others, scratch, Optional.empty());
            return;
        }
        try (Core core = Core.start(others, scratch.resolve("core"), Ports.free(), Map.of())) {
            Training.train(parcel, others, scratch.resolve("gateway"), Optional.of(core));
        }
    }

    private static void settings(Parcel parcel) throws IOException {
        String all = Tool.run(parcel.launcher().toString(), "settings");
        Files.createDirectories(parcel.folder().resolve("etc"));
        Files.writeString(parcel.folder().resolve("etc/edge-agent.properties"), placed(all) + "\n");
    }

    /**
     * The settings a new machine begins with: all of them, and what the gateway writes is where the unit lets it. Its
     * settings' folder is root's.
     *
     * @param all as {@code edge-agent settings} prints them
     */
    static String placed(String all) {
        return placed(
                placed(all, "data.directory", "/var/lib/fieldward"), "mqtt.accounts", "/var/lib/fieldward/accounts");
    }

    private static String placed(String all, String key, String value) {
        String placed = all.replaceFirst("(?m)^" + Pattern.quote(key) + "=.*$", key + "=" + value);
        if (placed.equals(all)) {
            throw new PartException("'edge-agent settings' printed no " + key);
        }
        return placed;
    }

    private static void tar(Path output, Path folder) throws IOException {
        Path file = output.resolve(folder.getFileName() + ".tar.gz");
        Files.deleteIfExists(file);
        pack(folder, file);
        said(file);
    }

    /** By tar, because a JVM's cache fits only jars of the same age, and tar keeps it. */
    static void pack(Path folder, Path file) {
        Tool.run(
                "tar",
                "--create",
                "--gzip",
                "--owner=0",
                "--group=0",
                "--file",
                file.toString(),
                "--directory",
                String.valueOf(folder.getParent()),
                String.valueOf(folder.getFileName()));
    }

    private static void said(Path file) throws IOException {
        System.out.printf("%s  %.1f MB%n", file, Files.size(file) / 1e6);
    }

    private static List<Path> jars(Path library) throws IOException {
        try (Stream<Path> all = Files.list(library)) {
            return all.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static String version(Path library) throws IOException {
        String start = "edge-agent-";
        return jars(library).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.startsWith(start))
                .map(name -> name.substring(start.length(), name.length() - ".jar".length()))
                .findFirst()
                .orElseThrow(() -> new PartException("there is no edge-agent in " + library));
    }

    private static void forget(Path folder) {
        Tool.run("rm", "-rf", folder.toString());
    }
}
