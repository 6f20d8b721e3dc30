package org.fieldward.installer.parcel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package as somebody gets it: unpacked in another place, it needs nothing but itself. */
class ParcelTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Install others = new Install.OfThisProcess();

    @TempDir
    private Path folder;

    private Parcel made() {
        String obstacle = Parcel.obstacle();
        assumeTrue(obstacle.isEmpty(), obstacle);
        Path files = Path.of(System.getProperty("fieldward.root")).resolve("installer/gateway");
        return Parcel.layOut(folder.resolve("made/gateway"), files, classPath(), Machine.here());
    }

    /** As this process starts the gateway, so that the test does not depend on what was packaged before. */
    private List<Path> classPath() {
        List<String> command = others.command(Part.EDGE_AGENT, List.of());
        return Arrays.stream(command.get(command.indexOf("-cp") + 1).split(":", -1))
                .map(Path::of)
                .filter(entry -> Files.exists(entry)
                        && !entry.toString().contains("/installer/")
                        && !entry.getFileName().toString().startsWith("bc"))
                .toList();
    }

    @Test
    void a_package_runs_where_it_is_unpacked_and_starts_again_with_what_it_acknowledged() throws IOException {
        Parcel made = made();
        Training.train(made, others, folder.resolve("training"), Optional.empty());
        Path file = folder.resolve("gateway.tar.gz");
        Main.pack(made.folder(), file);
        Path elsewhere = Files.createDirectories(folder.resolve("some where else"));
        Tool.run("tar", "--extract", "--file", file.toString(), "--directory", elsewhere.toString());
        Tool.run("rm", "-rf", made.folder().toString());
        Path home = elsewhere.resolve("gateway");

        try (Gateway gateway = Gateway.alone(
                new Install.Launchers(home.resolve("bin")), folder.resolve("ward"), Training.DEVICES, Map.of())) {
            gateway.start();
            Training.publish(others, gateway, folder.resolve("ward"));
            long acknowledged = gateway.awaitStatus(
                            status -> status.at("/buffer/nextSequence").asLong() > 1, SOON)
                    .at("/buffer/nextSequence")
                    .asLong();
            gateway.close();

            gateway.start();
            assertThat(Files.readString(
                            Path.of("/proc", Long.toString(gateway.process().pid()), "maps")))
                    .as("the cache is in use where it was unpacked")
                    .contains(home.resolve("lib/edge-agent.aot").toString());
            assertThat(gateway.awaitStatus(
                                    status -> status.path("pid").asLong()
                                            == gateway.process().pid(),
                                    SOON)
                            .at("/buffer/nextSequence")
                            .asLong())
                    .isGreaterThanOrEqualTo(acknowledged);
            gateway.close();

            // A jar that is not the one the cache was made for.
            Files.setLastModifiedTime(home.resolve("lib/edge-agent.jar"), FileTime.from(Instant.now()));
            gateway.start();
            assertThat(Files.readString(
                            Path.of("/proc", Long.toString(gateway.process().pid()), "maps")))
                    .as("a cache older than the jar is refused, and the gateway runs")
                    .doesNotContain("edge-agent.aot");
            assertThat(gateway.process().lastLines(50)).contains("edge-agent.aot");
        }
    }
}
