package org.fieldward.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldward.installer.StockClient.Answer;
import org.fieldward.installer.StockClient.Login;
import org.fieldward.installer.StockClient.Version;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.RunningPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients that others wrote may expect of a gateway: a process of its own, without a core. */
class StockClientsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int PACKET_TOO_LARGE = 0x95;
    private static final String OTHER = "somebody-else";
    private static final String GOOD = "{\"values\":{\"heart-rate\":72}}";
    private static final String WRONG_UNIT = "{\"values\":{\"heart-rate\":{\"value\":72,\"unit\":\"mm[Hg]\"}}}";
    private static final String NO_VALUES = "{\"time\":\"2026-03-01T08:15:30Z\"}";

    @TempDir
    static Path folder;

    private static Mosquitto mosquitto;
    private static MqttJs mqttJs;
    private static Gateway gateway;
    private static Login station;

    @BeforeAll
    static void open() {
        Path installer = Path.of(System.getProperty("fieldward.root"), "installer");
        mosquitto = new Mosquitto(folder);
        mqttJs = new MqttJs(folder, installer.resolve("src/test/clients"), installer.resolve("target/clients"));
        gateway = Gateway.alone(
                new Install.OfThisProcess(),
                folder.resolve("gateway"),
                Stream.concat(
                                Stream.of(OTHER),
                                clients().map(one -> device((StockClient) one.get()[0], (Version) one.get()[1])))
                        .toList(),
                Map.of());
        String password = gateway.admitScreen("station");
        gateway.start();
        station = new Login(gateway, Version.V5, false, "station", password);
    }

    @AfterAll
    static void close() {
        if (gateway != null) {
            gateway.close();
        }
    }

    static Stream<Arguments> clients() {
        return Stream.of(mosquitto, mqttJs)
                .flatMap(client -> Stream.of(Version.values()).map(version -> Arguments.of(client, version)));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void a_publish_is_acknowledged_and_counted_at_every_qos_with_and_without_tls(StockClient client, Version version) {
        present(client);
        long before = stored(lastStatus());
        for (boolean tls : new boolean[] {false, true}) {
            for (int qos = 0; qos <= 2; qos++) {
                Login login = login(client, version, tls);
                assertThat(client.publish(login, own(login), qos, file("good", GOOD)))
                        .as("%s, QoS %d", login, qos)
                        .isEqualTo(new Answer.Taken());
            }
        }

        // Nobody acknowledges QoS 0, so it may be stored a little later.
        awaitStatus(status -> stored(status) == before + 6);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void a_publish_to_the_topic_of_another_device_is_refused_and_leaves_nothing(StockClient client, Version version) {
        present(client);
        Login login = login(client, version, false);
        JsonNode before = lastStatus();
        for (int qos = 1; qos <= 2; qos++) {
            Answer answer = client.publish(login, "devices/" + OTHER + "/readings", qos, file("good", GOOD));
            switch (version) {
                // Only MQTT 5 can refuse a publish; before it, closing is all there is (MQTT 3.1.1, section 3.3.5).
                case V3_1_1 -> assertThat(answer).isEqualTo(new Answer.Closed());
                case V5 -> assertRefused(answer, "not authorized");
            }
        }

        JsonNode after = freshStatus();
        assertThat(stored(after)).isEqualTo(stored(before));
        assertThat(denied(after)).isEqualTo(denied(before) + 2);
        assertThat(rejected(after, login.name())).isEqualTo(rejected(before, login.name()));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void what_cannot_be_read_is_refused_once_and_by_name_and_nothing_breaks(StockClient client, Version version) {
        present(client);
        Login login = login(client, version, false);
        long before = stored(lastStatus());
        for (Path payload : List.of(garbage(), file("wrong-unit", WRONG_UNIT), file("no-values", NO_VALUES))) {
            Answer answer = client.publish(login, own(login), 1, payload);
            switch (version) {
                // Without a PUBACK an MQTT 3.1.1 device would send the same again for ever.
                case V3_1_1 -> assertThat(answer).isEqualTo(new Answer.Taken());
                case V5 -> assertRefused(answer, "payload format invalid");
            }
        }
        JsonNode status = stillServes(client, login, before + 1);
        for (String reason : List.of("UNREADABLE", "WRONG_UNIT", "MISSING_FIELD")) {
            assertThat(rejected(status, login.name()).path(reason).asLong())
                    .as(reason)
                    .isEqualTo(1);
        }
    }

    /** In MQTT 5 mosquitto_pub heeds the maximum that the gateway announces, and sends nothing. */
    static Stream<Arguments> clientsThatSendAnySize() {
        return clients().filter(one -> one.get()[0] != mosquitto || one.get()[1] != Version.V5);
    }

    @ParameterizedTest
    @MethodSource("clientsThatSendAnySize")
    void a_megabyte_of_garbage_ends_one_connection_with_a_named_reason_and_nothing_else(
            StockClient client, Version version) throws IOException {
        present(client);
        Login login = login(client, version, false);
        Path megabyte = Files.write(folder.resolve("megabyte"), new byte[1 << 20]);
        long before = stored(lastStatus());

        Answer answer = client.publish(login, own(login), 1, megabyte);

        switch (version) {
            case V3_1_1 -> assertThat(answer).isEqualTo(new Answer.Closed());
            case V5 -> assertThat(answer).isEqualTo(new Answer.Disconnected(PACKET_TOO_LARGE));
        }
        JsonNode status = stillServes(client, login, before + 1);
        assertThat(rejected(status, login.name()).path("TOO_LARGE").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void a_wrong_password_is_refused_by_name(StockClient client, Version version) {
        present(client);
        Login login = login(client, version, true).withPassword("not-the-password");

        Answer answer = client.publish(login, own(login), 1, file("good", GOOD));

        assertRefused(answer, "bad user ?name or password");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void a_device_hears_nothing_of_the_others(StockClient client, Version version) {
        present(client);
        Login login = login(client, version, false);
        for (String filter : List.of("#", "devices/#", "devices/+/status", "commands/+")) {
            assertThat(client.refusedSubscription(login, filter)).as(filter).isInstanceOf(Answer.Refused.class);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void a_device_that_dies_is_shown_as_lost_also_to_a_screen_that_comes_later(StockClient client, Version version) {
        present(client);
        Login login = login(client, version, false);
        String topic = "devices/" + login.name() + "/status";
        try (RunningPart screen = client.listen(station, topic);
                RunningPart device = client.listen(login, "commands/" + login.name() + "/#")) {
            screen.awaitLine("^. " + topic + " .*\"online\"", LIMIT);
            device.kill();
            screen.awaitLine("^0 " + topic + " .*\"lost\"", LIMIT);
        }
        try (RunningPart late = client.listen(station, "devices/+/status")) {
            late.awaitLine("^1 " + topic + " .*\"lost\"", LIMIT);
        }
    }

    @Test
    void the_command_line_lists_shows_replays_and_discards_what_was_kept() {
        present(mosquitto);
        Login login = new Login(gateway, Version.V5, false, OTHER, gateway.password(OTHER));
        var unknownFormat = List.of("-D", "publish", "content-type", "text/plain");
        for (Path payload : List.of(garbage(), file("wrong-unit", WRONG_UNIT), file("no-values", NO_VALUES))) {
            assertRefused(mosquitto.publish(login, own(login), 1, payload), "payload format invalid");
        }
        assertRefused(
                mosquitto.publish(login, own(login), 1, file("good", GOOD), unknownFormat), "payload format invalid");
        long before = stored(lastStatus());

        String list = gateway.command("quarantine", "list");
        kept(list, "UNREADABLE 200000 bytes: not JSON");
        kept(list, "MISSING_FIELD 31 bytes: 'values' is missing");
        String wrongUnit = kept(list, "WRONG_UNIT 54 bytes: heart-rate must be in /min, was in 'mm[Hg]'");
        String readable = kept(list, "UNKNOWN_FORMAT 28 bytes: ");

        assertThat(gateway.command("quarantine", "show", wrongUnit)).contains(own(login), "WRONG_UNIT", WRONG_UNIT);
        assertThat(gateway.command("quarantine", "replay", wrongUnit)).contains("stays: WRONG_UNIT");
        assertThat(gateway.command("quarantine", "discard", wrongUnit)).contains("was discarded");
        assertThat(gateway.command("quarantine", "show", wrongUnit))
                .contains("DISCARDED")
                .doesNotContain("heart-rate");
        assertThat(gateway.command("quarantine", "replay", readable)).contains("became sequences");
        assertThat(stored(freshStatus())).isEqualTo(before + 1);
    }

    @Test
    void the_command_line_tells_how_a_running_gateway_is_and_finds_its_buffer_whole() throws IOException {
        JsonNode status = JSON.readTree(gateway.command("status", "--json"));
        assertThat(status.path("devices").path("tlsPort").asInt()).isEqualTo(gateway.tlsPort());
        assertThat(status.path("core").path("link").asText()).isEqualTo("none");
        assertThat(gateway.command("verify")).contains("0 damaged groups").endsWith("ok");
    }

    private static void present(StockClient client) {
        assumeTrue(client.missing().isEmpty(), () -> client.missing().orElse(""));
    }

    private static String device(StockClient client, Version version) {
        return client + "-" + version;
    }

    private static Login login(StockClient client, Version version, boolean tls) {
        String name = device(client, version);
        return new Login(gateway, version, tls, name, gateway.password(name));
    }

    private static String own(Login login) {
        return "devices/" + login.name() + "/readings";
    }

    private static Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError("could not write " + name, e);
        }
    }

    private static Path garbage() {
        byte[] garbage = new byte[200_000];
        new Random(7).nextBytes(garbage);
        try {
            return Files.write(folder.resolve("garbage"), garbage);
        } catch (IOException e) {
            throw new AssertionError("could not write garbage", e);
        }
    }

    private static void assertRefused(Answer answer, String reason) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        assertThat(((Answer.Refused) answer).words())
                .matches(Pattern.compile(".*" + reason + ".*", Pattern.CASE_INSENSITIVE));
    }

    private static JsonNode stillServes(StockClient client, Login login, long expected) {
        assertThat(client.publish(login, own(login), 1, file("good", GOOD))).isEqualTo(new Answer.Taken());
        JsonNode status = freshStatus();
        assertThat(stored(status)).isEqualTo(expected);
        return status;
    }

    /** The id of the one payload of the other device that waits for this reason. */
    private static String kept(String list, String reason) {
        Matcher row = Pattern.compile("(?m)^(\\d+) WAITING \\S+ " + OTHER + " " + Pattern.quote(reason))
                .matcher(list);
        assertThat(row.find()).as("%s in %s", reason, list).isTrue();
        return row.group(1);
    }

    /** Of a time after everything that was acknowledged before this call. */
    private static JsonNode freshStatus() {
        Instant now = Instant.now();
        return awaitStatus(status -> Instant.parse(status.path("at").asText()).isAfter(now));
    }

    /** Every test that stores something waits until the status shows it, so this one is current. */
    private static JsonNode lastStatus() {
        return awaitStatus(status -> true);
    }

    private static JsonNode awaitStatus(Predicate<JsonNode> wanted) {
        return gateway.awaitStatus(wanted, LIMIT);
    }

    /** Readings; without a core all of them are still there. */
    private static long stored(JsonNode status) {
        return status.at("/buffer/backlog/vital/records").asLong();
    }

    private static long denied(JsonNode status) {
        return status.at("/devices/denied").asLong();
    }

    private static JsonNode rejected(JsonNode status, String device) {
        return status.path("devices").path("rejected").path(device);
    }
}
