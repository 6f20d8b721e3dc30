package org.fieldward.edge.ingest.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.session.InMemoryJournal;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the door says only when the sessions' disk has it, with a disk that takes its time. */
class AfterTheDiskTest {

    private static final byte[] GOOD = "{\"values\":{\"heart-rate\":72}}".getBytes(UTF_8);
    private static final byte[] PING = {(byte) 0xC0, 0};

    /** Session expiry interval 1,000 s, and no reasons in words. */
    private static final String KEPT = "11000003e8" + "1700";

    @TempDir
    Path home;

    /** A disk that can be held up. */
    private static final class SlowJournal implements SessionJournal {
        private final SessionJournal kept = new InMemoryJournal();
        private volatile Optional<CompletableFuture<Void>> held = Optional.empty();

        @Override
        public void record(Change change) {
            kept.record(change);
        }

        @Override
        public CompletionStage<Void> settled() {
            return held.isPresent() ? held.get() : kept.settled();
        }

        @Override
        public Kept load() {
            return kept.load();
        }

        @Override
        public void close() {
            kept.close();
        }

        void hold() {
            held = Optional.of(new CompletableFuture<>());
        }

        void release() {
            held.ifPresent(waits -> waits.complete(null));
            held = Optional.empty();
        }
    }

    @Test
    void a_qos_2_identifier_is_given_back_only_when_the_disk_knows() throws Exception {
        var journal = new SlowJournal();
        try (var door = new TestDoor(home, Map.of(), journal);
                var client = new RawClient(door.plainPort()).connect("monitor-07", false, KEPT, "")) {
            assertThat(client.receive()).startsWith("20");
            client.publish(5, 4, "devices/monitor-07/readings", 9, GOOD);
            assertThat(client.receive()).isEqualTo("50020009");
            journal.hold();
            client.send(new byte[] {0x62, 2, 0, 9});
            client.send(PING);
            assertThat(client.receive()).isEqualTo("d000");
            journal.release();
            assertThat(client.receive()).isEqualTo("70020009");
        }
    }

    @Test
    void an_earlier_word_does_not_follow_the_last_one_when_a_subscription_had_to_wait() throws Exception {
        var journal = new SlowJournal();
        try (var door = new TestDoor(home, Map.of(), journal);
                var client = new RawClient(door.plainPort()).connect("nurse", false, KEPT, "")) {
            assertThat(client.receive()).startsWith("20");
            door.topics.publish("alarms/x", ByteString.copyFromUtf8("raised"), true);
            journal.hold();
            client.packet(0x82, HexFormat.of().parseHex("000100" + "0008" + hex("alarms/#") + "00"));
            Until.that("it is subscribed", () -> door.topics.hasSubscriber("alarms/x"));
            door.topics.publish("alarms/x", ByteString.copyFromUtf8("over"), true);
            journal.release();
            client.send(PING);
            String last = "";
            for (String said = client.receive(); !said.equals("d000"); said = client.receive()) {
                last = said.startsWith("3") ? said : last;
            }
            assertThat(last).endsWith(hex("over"));
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }
}
