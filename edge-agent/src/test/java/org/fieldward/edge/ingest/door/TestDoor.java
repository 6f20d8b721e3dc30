package org.fieldward.edge.ingest.door;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.access.Account;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.access.Accounts;
import org.fieldward.edge.ingest.access.ClientCertificates;
import org.fieldward.edge.ingest.access.Role;
import org.fieldward.edge.ingest.access.WardDoorkeeper;
import org.fieldward.edge.ingest.session.InMemoryJournal;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;

/**
 * A door on free ports with the ward's own rules, a store in memory, two devices ({@code monitor-07}, {@code monitor-08})
 * a screen ({@code nurse}) and an operator ({@code chief}), each with the password {@code secret}.
 */
final class TestDoor implements AutoCloseable {

    static final String PASSWORD = "secret";

    final FakeStore store = new FakeStore();
    final Rejects rejects = new Rejects();
    final LocalTopics topics = new LocalTopics(1000);
    final SessionJournal journal;
    final Path home;
    final Credential authority;
    private final CertificateMaker maker;
    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService slow = Executors.newSingleThreadExecutor();
    private final MqttDoor door;
    private final MqttDoor.Ports ports;

    TestDoor(Path home, Map<String, String> more) throws Exception {
        this(home, more, new InMemoryJournal());
    }

    /** @param journal may hold what an earlier door left */
    TestDoor(Path home, Map<String, String> more, SessionJournal journal) throws Exception {
        this(home, more, journal, Long.MAX_VALUE);
    }

    /** @param heapBytes that all clients have to fit into */
    TestDoor(Path home, Map<String, String> more, SessionJournal journal, long heapBytes) throws Exception {
        this.home = home;
        this.journal = journal;
        var random = new SecureRandom();
        maker = new CertificateMaker(random);
        Instant from = Instant.now().minus(Duration.ofHours(1));
        Instant until = from.plus(Duration.ofDays(2));
        authority = maker.authority("ward authority", from, until);
        Credential server = maker.issue(
                authority,
                new Subject("localhost", Subject.Purpose.SERVER, java.util.List.of("localhost", "127.0.0.1")),
                from,
                until);
        Files.writeString(home.resolve("ca.pem"), Pem.write(authority.certificate()));
        Files.writeString(home.resolve("door.pem"), Pem.write(server.chain()));
        Files.writeString(home.resolve("door.key"), Pem.write(server.key()));
        var file = new AccountFile(home.resolve("accounts"));
        for (String name : new String[] {"monitor-07", "monitor-08", "nurse", "chief"}) {
            Role role = switch (name) {
                case "nurse" -> Role.SCREEN;
                case "chief" -> Role.OPERATOR;
                default -> Role.DEVICE;
            };
            file.put(new Account(name, role, PasswordHash.of(PASSWORD.getBytes(StandardCharsets.UTF_8), 1000, random)));
        }
        var settings = new HashMap<>(Map.of(
                "mqtt.plain.port", "0",
                "mqtt.tls.host", "127.0.0.1",
                "mqtt.tls.port", "0",
                "mqtt.tls.certificate", "door.pem",
                "mqtt.tls.key", "door.key",
                "mqtt.tls.client-ca", "ca.pem"));
        settings.putAll(more);
        var stamper = new Stamper(
                InstantSource.system(), () -> System.nanoTime() / 1_000_000, 1, () -> ClockState.UNCONFIRMED);
        var doorSettings = DoorSettings.of(settings, home);
        var certificates = ClientCertificates.of(
                home.resolve("ca.pem"),
                doorSettings.tls().flatMap(DoorSettings.Tls::clientCrl),
                () -> Optional.of(Instant.now()));
        door = new MqttDoor(
                vertx,
                doorSettings,
                heapBytes,
                new WardDoorkeeper(new Accounts(file, random), certificates, slow, stamper::tickMillis),
                new Intake(new Decoder(Catalogue.standard()), store, stamper, rejects),
                topics,
                journal);
        ports = door.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Key and certificate of a client, as files {@code name.pem} and {@code name.key} too. */
    Credential client(String name) throws IOException {
        Instant from = Instant.now().minus(Duration.ofHours(1));
        Credential client = maker.issue(
                authority,
                new Subject(name, Subject.Purpose.CLIENT, java.util.List.of()),
                from,
                from.plus(Duration.ofDays(1)));
        Files.writeString(home.resolve(name + ".pem"), Pem.write(client.certificate()));
        Files.writeString(home.resolve(name + ".key"), Pem.write(client.key()));
        return client;
    }

    int plainPort() {
        return ports.plain().orElseThrow();
    }

    int tlsPort() {
        return ports.tls().orElseThrow();
    }

    int webPort() {
        return ports.web().orElseThrow();
    }

    String plainUrl() {
        return "tcp://127.0.0.1:" + plainPort();
    }

    String tlsUrl() {
        return "ssl://127.0.0.1:" + tlsPort();
    }

    MqttDoor.View view() {
        return door.view();
    }

    /** As much went wrong with clients of this machine as makes its next ones wait. */
    void sufferMuch() {
        for (int i = 0; i < 1_050; i++) {
            door.complain("127.0.0.1", "trouble");
        }
    }

    /** How long the next client of this machine has to wait. */
    long waitMillis() {
        return door.waitMillis("127.0.0.1");
    }

    @Override
    public void close() throws Exception {
        door.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        slow.shutdownNow();
    }
}
