package org.fieldward.installer.part;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real EVM on this machine: Foundry's anvil from the npm registry. It makes a block for every transaction and keeps its
 * state in a file, so that it survives being killed.
 */
public final class Chain implements AutoCloseable {

    /** anvil's well-known first account, rich on every such chain and worth nothing anywhere else. */
    private static final String DEVELOPMENT_KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    public static final long ID = 31337;

    private final RunningPart anvil;
    private final int port;
    private final Path keyFile;

    private Chain(RunningPart anvil, int port, Path keyFile) {
        this.anvil = anvil;
        this.port = port;
        this.keyFile = keyFile;
    }

    /**
     * Installs anvil below {@code cache} if it is not there yet.
     *
     * @param packages the folder with package.json and its lock
     * @return its program, or empty where Node and npm are not installed or the registry does not answer
     */
    public static Optional<Path> install(Path packages, Path cache, Path log) {
        try {
            return program(NpmFolder.install(packages, cache, log));
        } catch (PartException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("could not look into " + cache, e);
        }
    }

    /** Starts it on a free port of loopback. */
    public static Chain start(Path program, Path folder) throws IOException {
        return start(program, folder, 0);
    }

    public static Chain start(Path program, Path folder, int port) throws IOException {
        Files.createDirectories(folder);
        Path key = folder.resolve("chain.key");
        if (!Files.exists(key)) {
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, DEVELOPMENT_KEY + "\n");
        }
        RunningPart anvil = RunningPart.start(
                "anvil",
                List.of(
                        program.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--state",
                        folder.resolve("state.json").toString(),
                        "--state-interval",
                        "1"),
                folder.resolve("anvil.log"));
        int bound = Integer.parseInt(anvil.awaitLine("Listening on 127\\.0\\.0\\.1:(\\d+)", Duration.ofSeconds(20))
                .group(1));
        return new Chain(anvil, bound, key);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Settings of a core that anchors on it. */
    public Map<String, String> anchoring(Duration interval) {
        return Map.of(
                "anchor.interval",
                interval.toSeconds() + "s",
                "chain.url",
                url(),
                "chain.id",
                Long.toString(ID),
                "chain.key-file",
                keyFile.toString(),
                "chain.deploy",
                "true",
                "chain.finality",
                "2");
    }

    public Path keyFile() {
        return keyFile;
    }

    public RunningPart process() {
        return anvil;
    }

    @Override
    public void close() {
        anvil.close();
    }

    private static Optional<Path> program(Path cache) throws IOException {
        Path scope = cache.resolve("node_modules/@foundry-rs");
        if (!Files.isDirectory(scope)) {
            return Optional.empty();
        }
        // The package "anvil" holds only a wrapper; the program is in the package of the platform.
        try (Stream<Path> packages = Files.list(scope)) {
            return packages.filter(folder -> folder.getFileName().toString().startsWith("anvil-"))
                    .map(folder -> folder.resolve("bin/anvil"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }
}
