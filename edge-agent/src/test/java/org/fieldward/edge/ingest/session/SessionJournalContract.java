package org.fieldward.edge.ingest.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.session.SessionJournal.Kept;
import org.fieldward.edge.ingest.session.SessionJournal.KeptLetter;
import org.fieldward.edge.ingest.session.SessionJournal.KeptSession;
import org.fieldward.edge.ingest.topic.Delivery;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.Subscriber;
import org.fieldward.edge.ingest.topic.Subscription;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;

/** What every SessionJournal promises; run against SQLite and against the one in memory. */
public interface SessionJournalContract {

    /** A journal that holds nothing yet. */
    SessionJournal open() throws Exception;

    /** The same journal after a restart of the agent. */
    SessionJournal reopen(SessionJournal before) throws Exception;

    SessionKey DEVICE = new SessionKey(new Identity.Device(new DeviceId("monitor-07")), "monitor-07");
    SessionKey SCREEN = new SessionKey(new Identity.Screen("nurse"), "nurse-desk");

    private static Outgoing message(String text, int qos) {
        Properties properties = Properties.builder()
                .text(Property.CONTENT_TYPE, "text/plain")
                .user("a", "1")
                .user("a", "2")
                .subscriptionIdentifier(7)
                .subscriptionIdentifier(9)
                .build();
        return new Outgoing("commands/monitor-07/x", ByteString.copyFromUtf8(text), qos, false, properties);
    }

    private static Subscription subscription(String filter, int qos) {
        return new Subscription(
                new Nobody(), Optional.empty(), TopicFilter.of(filter), qos, true, false, Optional.of(42));
    }

    private static void settle(SessionJournal journal) throws Exception {
        journal.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    default void what_a_session_asked_for_is_there_after_a_restart() throws Exception {
        SessionJournal journal = loaded(open());
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Subscribed(1, "commands/monitor-07/#", subscription("commands/monitor-07/#", 2)));
        journal.record(new Change.Subscribed(1, "commands/+/gone", subscription("commands/+/gone", 1)));
        journal.record(new Change.Unsubscribed(1, "commands/+/gone"));
        settle(journal);

        KeptSession kept = only(reopen(journal).load());
        assertThat(kept.key()).isEqualTo(DEVICE);
        assertThat(kept.expirySeconds()).isEqualTo(3600);
        assertThat(kept.filters()).singleElement().satisfies(one -> {
            assertThat(one.text()).isEqualTo("commands/monitor-07/#");
            assertThat(one.qos()).isEqualTo(2);
            assertThat(one.noLocal()).isTrue();
            assertThat(one.identifier()).contains(42);
        });
    }

    @Test
    default void messages_under_way_are_there_in_their_order_and_state() throws Exception {
        SessionJournal journal = loaded(open());
        journal.record(new Change.Began(1, DEVICE, 3600));
        for (int letter = 1; letter <= 4; letter++) {
            journal.record(new Change.Queued(1, letter, message("m" + letter, 2), OptionalLong.empty()));
        }
        settle(journal);
        journal.record(new Change.Sent(1, 10, Awaited.PUBREC));
        journal.record(new Change.Sent(2, 11, Awaited.PUBREC));
        journal.record(new Change.Sent(2, 11, Awaited.PUBCOMP));
        journal.record(new Change.Sent(3, 12, Awaited.PUBREC));
        journal.record(new Change.Done(3));
        settle(journal);

        List<KeptLetter> letters = only(reopen(journal).load()).letters();
        assertThat(letters).extracting(KeptLetter::id).containsExactly(1L, 2L, 4L);
        assertThat(letters)
                .extracting(KeptLetter::awaited)
                .containsExactly(Optional.of(Awaited.PUBREC), Optional.of(Awaited.PUBCOMP), Optional.empty());
        assertThat(letters).extracting(KeptLetter::packetId).startsWith(10, 11);
        assertThat(letters.getFirst().message()).isEqualTo(message("m1", 2));
    }

    @Test
    default void a_message_that_came_and_went_leaves_nothing() throws Exception {
        SessionJournal journal = loaded(open());
        journal.record(new Change.Began(1, SCREEN, 3600));
        journal.record(new Change.Queued(1, 1, message("m", 1), OptionalLong.empty()));
        journal.record(new Change.Sent(1, 1, Awaited.PUBACK));
        journal.record(new Change.Done(1));
        settle(journal);

        assertThat(only(reopen(journal).load()).letters()).isEmpty();
    }

    @Test
    default void identifiers_in_use_and_a_will_that_waits_are_kept() throws Exception {
        Properties goodForAnHour =
                Properties.builder().number(Property.MESSAGE_EXPIRY, 3600).build();
        var will = new Will("answers/monitor-07/x", ByteString.copyFromUtf8("gone"), 1, true, goodForAnHour);
        SessionJournal journal = loaded(open());
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Received(1, 5));
        journal.record(new Change.Received(1, 6));
        journal.record(new Change.Released(1, 5));
        journal.record(new Change.Detached(1, 60, Optional.of(will), 30_000));
        settle(journal);

        KeptSession kept = only(reopen(journal).load());
        assertThat(kept.received()).containsExactly(6);
        assertThat(kept.will()).contains(will);
        assertThat(kept.willInMillis()).isBetween(0L, 30_000L);
        assertThat(kept.expirySeconds()).isEqualTo(60);
    }

    @Test
    default void a_session_that_ended_is_gone_with_all_that_was_its_own() throws Exception {
        SessionJournal journal = loaded(open());
        journal.record(new Change.Began(1, DEVICE, 3600));
        journal.record(new Change.Queued(1, 1, message("m", 1), OptionalLong.empty()));
        journal.record(new Change.Began(2, SCREEN, 3600));
        settle(journal);
        journal.record(new Change.Ended(1));
        settle(journal);

        assertThat(only(reopen(journal).load()).key()).isEqualTo(SCREEN);
    }

    @Test
    default void the_last_word_of_a_topic_is_kept_until_it_is_taken_back() throws Exception {
        var kept = new LocalMessage(
                "commands/monitor-07/mode",
                ByteString.copyFromUtf8("night"),
                1,
                true,
                Properties.NONE,
                OptionalLong.empty(),
                "screen:nurse");
        SessionJournal journal = loaded(open());
        journal.record(new Change.Retained(kept));
        settle(journal);
        SessionJournal again = reopen(journal);
        assertThat(again.load().retained()).containsExactly(kept);

        again.record(new Change.Retained(new LocalMessage(
                kept.topic(), ByteString.EMPTY, 0, true, Properties.NONE, OptionalLong.empty(), kept.author())));
        settle(again);
        assertThat(reopen(again).load().retained()).isEmpty();
    }

    /** As the agent does it: it reads first, and only then writes. */
    private static SessionJournal loaded(SessionJournal journal) {
        assertThat(journal.load().sessions()).isEmpty();
        return journal;
    }

    private static KeptSession only(Kept kept) {
        assertThat(kept.sessions()).hasSize(1);
        return kept.sessions().getFirst();
    }

    /** Holds a subscription in a test. */
    final class Nobody implements Subscriber {
        @Override
        public void deliver(Delivery delivery) {
            throw new IllegalStateException("nobody is told");
        }

        @Override
        public boolean isListening() {
            return false;
        }

        @Override
        public boolean isDurable() {
            return true;
        }
    }
}
