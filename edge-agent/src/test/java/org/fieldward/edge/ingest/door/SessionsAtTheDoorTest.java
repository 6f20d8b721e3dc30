package org.fieldward.edge.ingest.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.Map;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.session.InMemoryJournal;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.proto.reading.DeviceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the door remembers of a client between its connections, byte by byte. */
class SessionsAtTheDoorTest {

    private static final byte[] GOOD = "{\"values\":{\"heart-rate\":72}}".getBytes(UTF_8);
    private static final String READINGS = "devices/monitor-07/readings";
    private static final String COMMANDS = "commands/monitor-07/#";

    /** Session expiry interval 1,000 s, and no reasons in words. */
    private static final String KEPT = "11000003e8" + "1700";

    @TempDir
    Path home;

    private final SessionJournal journal = new InMemoryJournal();
    private TestDoor door;

    @BeforeEach
    void open() throws Exception {
        door = new TestDoor(home, Map.of(), journal);
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    /** A client whose session is to be kept; answers the CONNACK's flags. */
    private RawClient kept(String name, boolean present) throws Exception {
        var client = new RawClient(door.plainPort()).connect(name, false, KEPT, "");
        assertThat(client.receive()).matches("20.." + (present ? "01" : "00") + "00.*");
        return client;
    }

    private static void command(TestDoor door, String text) {
        door.topics.publish("commands/monitor-07/x", ByteString.copyFromUtf8(text), false);
    }

    private void gone(RawClient client) throws Exception {
        client.close();
        Until.that("it is gone", () -> door.view().connections() == 0);
    }

    @Test
    void what_was_said_while_a_client_was_away_is_told_when_it_returns() throws Exception {
        RawClient first = kept("monitor-07", false);
        assertThat(first.subscribe(5, 1, COMMANDS, 1)).isEqualTo("900400010001");
        gone(first);
        command(door, "one");
        command(door, "two");
        try (RawClient second = kept("monitor-07", true)) {
            assertThat(second.receive()).startsWith("32").endsWith(hex("one"));
            assertThat(second.receive()).startsWith("32").endsWith(hex("two"));
        }
    }

    @Test
    void what_was_not_answered_comes_again_marked_as_a_duplicate() throws Exception {
        RawClient first = kept("monitor-07", false);
        first.subscribe(5, 1, COMMANDS, 1);
        command(door, "one");
        String sent = first.receive();
        assertThat(sent).startsWith("32");
        gone(first);
        try (RawClient second = kept("monitor-07", true)) {
            assertThat(second.receive()).isEqualTo("3a" + sent.substring(2));
            String id = sent.substring(
                    sent.length() - hex("one").length() - 6,
                    sent.length() - hex("one").length() - 2);
            second.send(HexFormat.of().parseHex("4002" + id));
            command(door, "two");
            assertThat(second.receive()).startsWith("32").endsWith(hex("two"));
        }
    }

    @Test
    void a_clean_start_forgets_the_session_before() throws Exception {
        RawClient first = kept("monitor-07", false);
        first.subscribe(5, 1, COMMANDS, 1);
        gone(first);
        var clean = new RawClient(door.plainPort()).connect("monitor-07", true, KEPT, "");
        assertThat(clean.receive()).matches("20..0000.*");
        command(door, "one");
        clean.send(new byte[] {(byte) 0xC0, 0});
        assertThat(clean.receive()).isEqualTo("d000");
        gone(clean);
        kept("monitor-07", true).close();
    }

    @Test
    void a_session_survives_a_restart_of_the_gateway() throws Exception {
        RawClient first = kept("monitor-07", false);
        first.subscribe(5, 1, COMMANDS, 1);
        gone(first);
        command(door, "one");
        door.close();
        door = new TestDoor(home, Map.of(), journal);
        command(door, "two");
        try (RawClient second = kept("monitor-07", true)) {
            assertThat(second.receive()).endsWith(hex("one"));
            assertThat(second.receive()).endsWith(hex("two"));
        }
    }

    @Test
    void a_repeated_qos_2_publish_is_stored_once_also_over_another_connection() throws Exception {
        RawClient first = kept("monitor-07", false);
        first.publish(5, 4, READINGS, 9, GOOD);
        assertThat(first.receive()).isEqualTo("50020009");
        gone(first);
        door.close();
        door = new TestDoor(home, Map.of(), journal);
        try (RawClient second = kept("monitor-07", true)) {
            second.publish(5, 4 | 8, READINGS, 9, GOOD);
            assertThat(second.receive()).isEqualTo("50020009");
            second.send(new byte[] {0x62, 2, 0, 9});
            assertThat(second.receive()).isEqualTo("70020009");
            assertThat(door.store.readings()).isEmpty();
            second.publish(5, 4, READINGS, 9, GOOD);
            assertThat(second.receive()).isEqualTo("50020009");
            assertThat(door.store.readings()).hasSize(1);
        }
    }

    @Test
    void a_publish_that_waits_for_the_disk_is_answered_on_the_newer_connection_and_stored_once() throws Exception {
        try (RawClient first = kept("monitor-07", false)) {
            door.store.hold();
            first.publish(5, 4, READINGS, 9, GOOD);
            Until.that("it waits for the disk", () -> door.store.waiting() == 1);
            try (RawClient second = kept("monitor-07", true)) {
                second.publish(5, 4 | 8, READINGS, 9, GOOD);
                second.send(new byte[] {(byte) 0xC0, 0});
                assertThat(second.receive()).isEqualTo("d000");
                assertThat(second.hasNothingToRead()).isTrue();
                door.store.release();
                assertThat(second.receive()).isEqualTo("50020009");
            }
            assertThat(door.store.readings()).hasSize(1);
        }
    }

    @Test
    void a_qos_2_publish_that_found_no_room_is_stored_when_it_comes_again_and_there_is_room() throws Exception {
        door.store.beFull(true);
        RawClient first = old("monitor-07");
        first.publish(4, 4, READINGS, 9, GOOD);
        assertThat(first.receive()).isEqualTo("closed");
        gone(first);
        door.store.beFull(false);
        try (RawClient second = old("monitor-07")) {
            second.publish(4, 4 | 8, READINGS, 9, GOOD);
            assertThat(second.receive()).isEqualTo("50020009");
            assertThat(door.store.readings()).hasSize(1);
        }
    }

    @Test
    void a_qos_2_publish_that_found_no_room_is_not_taken_for_stored_after_a_restart() throws Exception {
        door.store.beFull(true);
        RawClient first = old("monitor-07");
        first.publish(4, 4, READINGS, 9, GOOD);
        assertThat(first.receive()).isEqualTo("closed");
        gone(first);
        door.close();
        door = new TestDoor(home, Map.of(), journal);
        try (RawClient second = old("monitor-07")) {
            second.publish(4, 4 | 8, READINGS, 9, GOOD);
            assertThat(second.receive()).isEqualTo("50020009");
            assertThat(door.store.readings()).hasSize(1);
        }
    }

    /** With MQTT 3.1.1, and a session that is kept. */
    private RawClient old(String name) throws Exception {
        var client = new RawClient(door.plainPort());
        String body = "00044d515454" + "04" + "c0" + "003c" + text(name) + text(name) + text(TestDoor.PASSWORD);
        client.packet(0x10, HexFormat.of().parseHex(body));
        assertThat(client.receive()).startsWith("2002").endsWith("00");
        return client;
    }

    private static String text(String text) {
        return "%04x".formatted(text.length()) + hex(text);
    }

    @Test
    void a_device_whose_account_is_gone_is_shown_as_lost() throws Exception {
        try (RawClient first = kept("monitor-07", false)) {
            var file = new AccountFile(home.resolve("accounts"));
            assertThat(file.remove("monitor-07")).isTrue();
            Files.setLastModifiedTime(home.resolve("accounts"), FileTime.fromMillis(1_000_000));
            // The status is stored on the writer's thread, maybe after the connection is counted out.
            Until.that(
                    "it is lost",
                    () -> door.store.statuses().stream().anyMatch(one -> one.status() == DeviceStatus.Status.LOST));
            assertThat(door.store.statuses()).extracting(DeviceStatus::status).endsWith(DeviceStatus.Status.LOST);
            assertThat(first.receive()).startsWith("e0");
        }
    }

    @Test
    void a_message_that_fits_only_without_a_new_alias_goes_without() throws Exception {
        String atMost56 = "1700" + "2700000038" + "220001";
        try (RawClient client = new RawClient(door.plainPort()).connect("monitor-07", true, atMost56, "")) {
            assertThat(client.receive()).startsWith("20");
            client.subscribe(5, 1, COMMANDS, 0);
            command(door, "x".repeat(30));
            // A message that was dropped would not hold up the answer to a ping; which of the two comes first is open.
            client.send(new byte[] {(byte) 0xC0, 0});
            String first = client.receive();
            String said = first.equals("d000") ? client.receive() : first;
            assertThat(said).startsWith("3036").endsWith(hex("x".repeat(30)));
        }
    }

    @Test
    void one_subscribe_with_one_filter_over_and_over_costs_no_more_than_it_may() throws Exception {
        try (RawClient screen = new RawClient(door.plainPort()).connect(5, "nurse", 60)) {
            assertThat(screen.receive()).startsWith("20");
            var body = new StringBuilder("000100");
            for (int i = 0; i < 1100; i++) {
                body.append(text("alarms/x")).append("00");
            }
            screen.packet(0x82, HexFormat.of().parseHex(body.toString()));
            assertThat(screen.receiveLong())
                    .startsWith("000100" + "00".repeat(1000))
                    .endsWith("00" + "97".repeat(100));
        }
    }

    @Test
    void an_answer_to_nothing_ends_the_connection() throws Exception {
        try (RawClient client = kept("monitor-07", false)) {
            client.subscribe(5, 1, COMMANDS, 1);
            command(door, "one");
            String sent = client.receive();
            String id = sent.substring(
                    sent.length() - hex("one").length() - 6,
                    sent.length() - hex("one").length() - 2);
            client.send(HexFormat.of().parseHex("7002" + id));
            assertThat(client.receive()).isEqualTo("e00182");
        }
    }

    @Test
    void a_will_that_may_wait_is_not_said_if_its_author_returns_in_time() throws Exception {
        try (RawClient screen = new RawClient(door.plainPort()).connect(5, "nurse", 60)) {
            assertThat(screen.receive()).startsWith("20");
            screen.subscribe(5, 1, "devices/+/lwt", 0);
            String patient = "05" + "1800000e10";
            gone2(kept2("monitor-07", false, patient));
            // It stays until the end: its own will may not wait.
            try (RawClient back = kept2("monitor-07", true, "00")) {
                screen.send(new byte[] {(byte) 0xC0, 0});
                String said = screen.receive();
                while (said.startsWith("30") && !said.contains(hex("/lwt"))) {
                    said = screen.receive();
                }
                assertThat(said).isEqualTo("d000");
                assertThat(back.hasNothingToRead()).isTrue();
            }
        }
    }

    /** With a will on its own topic that has these properties. */
    private RawClient kept2(String name, boolean present, String willProperties) throws Exception {
        var client = new RawClient(door.plainPort()).connect(name, false, KEPT, willProperties);
        assertThat(client.receive()).matches("20.." + (present ? "01" : "00") + "00.*");
        return client;
    }

    private void gone2(RawClient client) throws Exception {
        client.close();
        Until.that("it is gone", () -> door.view().connections() == 1);
    }

    @Test
    void a_message_that_is_over_is_not_told_and_the_rest_say_how_long_they_are_good_for() throws Exception {
        RawClient device = kept("monitor-07", false);
        device.subscribe(5, 1, COMMANDS, 1);
        gone(device);
        try (RawClient operator = new RawClient(door.plainPort()).connect(5, "chief", 60)) {
            assertThat(operator.receive()).startsWith("20");
            operator.publish("commands/monitor-07/x", 1, "0200000000", "over".getBytes(UTF_8));
            assertThat(operator.receive()).startsWith("40");
            operator.publish("commands/monitor-07/x", 2, "0200000e10", "good".getBytes(UTF_8));
            assertThat(operator.receive()).startsWith("40");
        }
        Until.that("it is gone", () -> door.view().connections() == 0);
        try (RawClient again = kept("monitor-07", true)) {
            assertThat(again.receive()).contains("0200000e").endsWith(hex("good"));
        }
    }

    @Test
    void a_revoked_client_leaves_no_session_behind() throws Exception {
        RawClient first = kept("monitor-07", false);
        first.subscribe(5, 1, COMMANDS, 1);
        gone(first);
        assertThat(door.view().sessions()).isEqualTo(1);
        var file = new AccountFile(home.resolve("accounts"));
        assertThat(file.remove("monitor-07")).isTrue();
        Files.setLastModifiedTime(home.resolve("accounts"), FileTime.fromMillis(1_000_000));
        Until.that("it is forgotten", () -> door.view().sessions() == 0);
    }

    @Test
    void refusals_are_explained_to_a_client_that_wants_to_know() throws Exception {
        try (RawClient client = new RawClient(door.plainPort()).connect("monitor-07", true, "", "")) {
            assertThat(client.receive()).startsWith("20");
            client.publish(5, 2, READINGS, 1, "{\"time\":1}".getBytes(UTF_8));
            assertThat(client.receive()).startsWith("40").contains(hex("'values' is missing"));
            client.publish(5, 2, "devices/monitor-08/readings", 2, GOOD);
            assertThat(client.receive()).contains(hex("may not publish there"));
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }
}
