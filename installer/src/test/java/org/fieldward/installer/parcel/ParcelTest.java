package org.fieldward.installer.parcel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
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

    /** As a device with TLS that trusts the gateway's own authority. */
    private static void shakeHands(Gateway gateway) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream authority = Files.newInputStream(gateway.tlsAuthority())) {
            trusted.setCertificateEntry(
                    "ward", CertificateFactory.getInstance("X.509").generateCertificate(authority));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (var socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", gateway.tlsPort())) {
            socket.startHandshake();
            assertThat(socket.getSession().isValid()).isTrue();
        }
    }

    @Test
    void no_class_of_the_package_names_one_that_was_left_out() throws IOException {
        Parcel made = made();
        Path jar = made.folder().resolve("lib/edge-agent.jar");
        var words = new StringWriter();
        PrintWriter said = new PrintWriter(words, true);

        ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(said, said, "--ignore-missing-deps", "-filter:none", "-verbose:class", jar.toString());

        assertThat(words.toString().lines().map(line -> line.strip().split("\\s+", -1)))
                .as("arrows from a class to another")
                .filteredOn(arrow -> arrow.length > 3 && arrow[1].equals("->"))
                .hasSizeGreaterThan(10_000)
                .noneMatch(arrow -> Parcel.isUnused(arrow[2].replace('.', '/')));
    }

    @Test
    void a_package_runs_where_it_is_unpacked_and_starts_again_with_what_it_acknowledged()
            throws IOException, GeneralSecurityException {
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
            assertThat(gateway.command("verify"))
                    .as("the command line works, too")
                    .isNotEmpty();
            shakeHands(gateway);
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
