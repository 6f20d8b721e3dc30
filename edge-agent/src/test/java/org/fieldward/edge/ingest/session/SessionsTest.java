package org.fieldward.edge.ingest.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound.Ack;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.session.Outbox.Send;
import org.fieldward.edge.ingest.session.Sessions.Entered;
import org.fieldward.edge.ingest.session.Sessions.Farewell;
import org.fieldward.edge.ingest.topic.Delivery;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.ingest.topic.Subscription;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.junit.jupiter.api.Test;

/** Sessions against a clock that is passed in: no socket, no disk. */
class SessionsTest {

    private static final SessionLimits LIMITS = new SessionLimits(3600, 5, 3, 1000);
    private static final Identity NURSE = new Identity.Screen("nurse");

    private final LocalTopics topics = new LocalTopics(10);
    private final InMemoryJournal journal = new InMemoryJournal();
    private final Sessions sessions = new Sessions(topics, (who, topic) -> !topic.contains("secret"), journal, LIMITS);

    private static final class Line implements Attachment {
        private final List<String> told = new ArrayList<>();

        @Override
        public void wakeSoon() {
            told.add("wake");
        }

        @Override
        public void tooSlow() {
            told.add("too slow");
        }

        @Override
        public void takenOver() {
            told.add("taken over");
        }
    }

    private static SessionKey key(String clientId) {
        return new SessionKey(NURSE, clientId);
    }

    private void subscribe(Session session, String filter) {
        session.subscribe(
                filter,
                new Subscription(session, Optional.empty(), TopicFilter.of(filter), 1, false, false, Optional.empty()));
    }

    private void say(String topic, String text) {
        topics.publish(new LocalMessage(topic, ByteString.copyFromUtf8(text), 1, false, Properties.NONE), null);
    }

    private static List<String> all(Session session) {
        Attachment line = session.attachment().orElseThrow();
        var texts = new ArrayList<String>();
        for (Optional<Send> next = session.outbox().next(line, true, 0);
                next.isPresent();
                next = session.outbox().next(line, true, 0)) {
            if (next.get() instanceof Send.Message message) {
                texts.add((message.duplicate() ? "again " : "")
                        + message.message().payload().toStringUtf8());
            }
        }
        return texts;
    }

    private static Optional<Will> will(int delaySeconds) {
        Properties properties =
                Properties.builder().number(Property.WILL_DELAY, delaySeconds).build();
        return Optional.of(new Will("alarms/x", ByteString.copyFromUtf8("gone"), 1, false, properties));
    }

    @Test
    void more_than_may_wait_drops_the_oldest_of_one_who_is_away_and_ends_one_who_is_here() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 60).session();
        subscribe(session, "alarms/#");
        for (int i = 1; i <= 4; i++) {
            say("alarms/x", "m" + i);
        }
        assertThat(line.told).containsOnlyOnce("too slow");

        sessions.leave(session, line, 60, Optional.empty(), 0);
        say("alarms/x", "m5");
        sessions.enter(key("desk"), new Line(), false, 60);
        assertThat(all(session)).containsExactly("m3", "m4", "m5");
    }

    @Test
    void what_a_subscriber_may_not_hear_is_not_delivered_though_its_filter_was_granted() {
        Session session = sessions.enter(key("desk"), new Line(), true, 0).session();
        subscribe(session, "alarms/#");
        say("alarms/secret", "hidden");
        say("alarms/x", "shown");
        assertThat(all(session)).containsExactly("shown");
    }

    @Test
    void a_session_ends_when_its_time_is_over_and_its_will_is_said_then_at_the_latest() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 10).session();
        subscribe(session, "alarms/#");
        assertThat(sessions.leave(session, line, 10, will(100), 1_000).unsaid()).isEmpty();

        assertThat(sessions.sweep(10_999)).isEmpty();
        assertThat(sessions.sweep(11_000)).extracting(Farewell::identity).containsExactly(NURSE);
        assertThat(sessions.size()).isZero();
        assertThat(journal.load().sessions()).isEmpty();
        assertThat(sessions.enter(key("desk"), new Line(), false, 10).present()).isFalse();
    }

    @Test
    void a_will_that_may_wait_is_said_once_when_its_time_comes_though_the_session_goes_on() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 3600).session();
        sessions.leave(session, line, 3600, will(5), 0);
        assertThat(sessions.sweep(4_999)).isEmpty();
        assertThat(sessions.sweep(5_000)).hasSize(1);
        assertThat(sessions.sweep(6_000)).isEmpty();
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void a_clean_start_says_the_will_that_waited() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 3600).session();
        sessions.leave(session, line, 3600, will(500), 0);
        Entered again = sessions.enter(key("desk"), new Line(), true, 3600);
        assertThat(again.present()).isFalse();
        assertThat(again.unsaid()).hasSize(1);
    }

    @Test
    void the_older_connection_is_told_and_its_end_does_the_newer_no_harm() {
        var older = new Line();
        var newer = new Line();
        Session session = sessions.enter(key("desk"), older, false, 60).session();
        subscribe(session, "alarms/#");
        assertThat(sessions.enter(key("desk"), newer, false, 60).present()).isTrue();
        assertThat(older.told).containsExactly("taken over");

        assertThat(sessions.leave(session, older, 60, will(5), 0)).isEqualTo(new Sessions.Left(false, List.of()));
        say("alarms/x", "m1");
        assertThat(newer.told).containsExactly("wake");
        assertThat(session.isListening()).isTrue();
    }

    @Test
    void an_identity_keeps_no_more_sessions_than_allowed_and_the_one_left_first_goes() {
        for (int i = 1; i <= 6; i++) {
            var line = new Line();
            Session session = sessions.enter(key("desk-" + i), line, true, 3600).session();
            sessions.leave(session, line, 3600, Optional.empty(), i);
        }
        assertThat(sessions.size()).isEqualTo(5);
        assertThat(sessions.enter(key("desk-1"), new Line(), false, 60).present())
                .isFalse();
        assertThat(sessions.enter(key("desk-6"), new Line(), false, 60).present())
                .isTrue();
    }

    @Test
    void an_exchange_of_qos_2_goes_on_where_it_was() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 60).session();
        session.subscribe(
                "alarms/#",
                new Subscription(
                        session, Optional.empty(), TopicFilter.of("alarms/#"), 2, false, false, Optional.empty()));
        topics.publish(new LocalMessage("alarms/x", ByteString.copyFromUtf8("m1"), 2, false, Properties.NONE), null);
        topics.publish(new LocalMessage("alarms/x", ByteString.copyFromUtf8("m2"), 2, false, Properties.NONE), null);
        assertThat(all(session)).containsExactly("m1", "m2");
        assertThat(session.outbox().acknowledged(new Ack(PacketType.PUBREC, 1, 0)))
                .isEqualTo(Outbox.Answer.RELEASE);
        assertThat(session.outbox().acknowledged(new Ack(PacketType.PUBACK, 2, 0)))
                .isEqualTo(Outbox.Answer.WRONG);

        sessions.leave(session, line, 60, Optional.empty(), 0);
        var newer = new Line();
        sessions.enter(key("desk"), newer, false, 60);
        assertThat(session.outbox().next(newer, true, 0)).contains(new Send.Release(1));
        assertThat(all(session)).containsExactly("again m2");
    }

    @Test
    void an_older_connection_that_is_still_ending_takes_no_message_from_the_newer() {
        var older = new Line();
        var newer = new Line();
        Session session = sessions.enter(key("desk"), older, true, 60).session();
        subscribe(session, "alarms/#");
        say("alarms/x", "m1");
        assertThat(session.outbox().next(older, true, 0)).isPresent();
        sessions.enter(key("desk"), newer, false, 60);
        say("alarms/x", "m2");

        assertThat(session.outbox().next(older, true, 0)).isEmpty();
        assertThat(all(session)).containsExactly("again m1", "m2");
    }

    @Test
    void who_comes_back_to_a_full_queue_is_not_too_slow_before_it_could_read() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 60).session();
        subscribe(session, "alarms/#");
        sessions.leave(session, line, 60, Optional.empty(), 0);
        for (int i = 1; i <= 3; i++) {
            say("alarms/x", "m" + i);
        }
        var newer = new Line();
        sessions.enter(key("desk"), newer, false, 60);
        say("alarms/x", "m4");
        assertThat(newer.told).containsExactly("wake");
        assertThat(all(session)).containsExactly("m1", "m2", "m3", "m4");
    }

    @Test
    void who_asks_for_retained_messages_again_and_again_and_reads_none_is_too_slow() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 0).session();
        var message = new LocalMessage("alarms/x", ByteString.copyFromUtf8("m"), 1, true, Properties.NONE);
        List<Delivery> kept = Collections.nCopies(20, new Delivery(message, 1, true, List.of()));
        session.deliverRetained(kept);
        session.deliverRetained(kept);
        session.deliverRetained(kept);
        assertThat(line.told).isEmpty();
        session.deliverRetained(kept);
        session.deliverRetained(kept);
        assertThat(line.told).containsOnly("too slow");
        assertThat(all(session)).hasSize(80);
    }

    @Test
    void a_session_that_ended_asks_for_nothing_and_remembers_nothing_though_its_connection_still_does() {
        Session session = sessions.enter(key("desk"), new Line(), true, 60).session();
        subscribe(session, "alarms/#");
        Receipt receipt = session.receive(7);
        sessions.enter(key("desk"), new Line(), true, 60);

        subscribe(session, "alarms/#");
        session.deliver(new Delivery(
                new LocalMessage("alarms/x", ByteString.copyFromUtf8("m"), 1, false, Properties.NONE),
                1,
                false,
                List.of()));
        session.remember(7, receipt);
        session.release(7);
        assertThat(topics.hasSubscriber("alarms/x")).isFalse();
        assertThat(journal.load().sessions()).hasSize(1);
    }

    @Test
    void a_session_that_was_to_end_with_its_connection_is_not_taken_over() {
        var older = new Line();
        Session first = sessions.enter(key("desk"), older, true, 0).session();
        subscribe(first, "alarms/#");
        Entered second = sessions.enter(key("desk"), new Line(), false, 60);
        assertThat(older.told).containsExactly("taken over");
        assertThat(second.tookOver()).isTrue();
        assertThat(second.present()).isFalse();
        assertThat(second.session().isDurable()).isTrue();
        assertThat(topics.hasSubscriber("alarms/x")).isFalse();
    }

    @Test
    void one_who_may_no_longer_be_here_leaves_as_the_last_and_its_session_does_not_come_back() {
        var line = new Line();
        Session session = sessions.enter(key("desk"), line, true, 60).session();
        sessions.purge(who -> false);
        assertThat(sessions.leave(session, line, 60, Optional.empty(), 0).last())
                .isTrue();
        assertThat(sessions.size()).isZero();
        assertThat(journal.load().sessions()).isEmpty();
    }
}
