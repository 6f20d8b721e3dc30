package org.fieldward.edge.ingest.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.ingest.packet.Properties;
import org.junit.jupiter.api.Test;

class LocalTopicsTest {

    private static final class Hearer implements Subscriber {
        private final List<Delivery> heard = new ArrayList<>();

        @Override
        public void deliver(Delivery delivery) {
            heard.add(delivery);
        }

        @Override
        public boolean isListening() {
            return true;
        }

        @Override
        public boolean isDurable() {
            return false;
        }
    }

    private final LocalTopics topics = new LocalTopics(2);

    private static Subscription wants(Subscriber who, String filter, int qos, Optional<String> group) {
        return new Subscription(who, group, TopicFilter.of(filter), qos, true, false, Optional.of(qos + 1));
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Test
    void overlapping_subscriptions_hear_a_message_once_with_the_higher_qos() {
        var screen = new Hearer();
        topics.subscribe(wants(screen, "alarms/#", 0, Optional.empty()));
        topics.subscribe(wants(screen, "alarms/+", 1, Optional.empty()));

        topics.publish("alarms/monitor-07", text("high"), false);

        assertThat(screen.heard).singleElement().satisfies(one -> {
            assertThat(one.qos()).isEqualTo(1);
            assertThat(one.identifiers()).containsExactlyInAnyOrder(1, 2);
        });
    }

    @Test
    void one_member_of_a_group_hears_each_message_in_turn() {
        var one = new Hearer();
        var other = new Hearer();
        topics.subscribe(wants(one, "alarms/#", 1, Optional.of("g")));
        topics.subscribe(wants(other, "alarms/#", 1, Optional.of("g")));

        for (int i = 0; i < 10; i++) {
            topics.publish("alarms/x", text("high"), false);
        }

        assertThat(one.heard).hasSize(5);
        assertThat(other.heard).hasSize(5);
    }

    @Test
    void one_author_may_not_fill_the_memory_and_a_word_without_room_leaves_no_older_one_behind() {
        var roomy = new LocalTopics(100);
        Subscription all = wants(new Hearer(), "answers/#", 1, Optional.empty());
        ByteString megabyte = ByteString.copyFrom(new byte[1 << 20]);
        for (int i = 0; i < 5; i++) {
            roomy.publish(said("answers/a/" + i, megabyte), null);
        }
        assertThat(roomy.retained(all)).hasSize(3);

        roomy.publish(said("answers/a/0", megabyte.concat(megabyte)), null);
        assertThat(roomy.retained(all)).hasSize(2);
        roomy.publish(said("answers/a/3", megabyte), null);
        assertThat(roomy.retained(all)).hasSize(3);
    }

    private static LocalMessage said(String topic, ByteString payload) {
        return new LocalMessage(topic, payload, 1, true, Properties.NONE, OptionalLong.empty(), "device:a");
    }

    @Test
    void the_last_word_of_a_topic_is_kept_until_an_empty_one() {
        topics.publish("devices/a/status", text("online"), true);
        topics.publish("devices/a/status", text("lost"), true);
        var late = wants(new Hearer(), "devices/+/status", 1, Optional.empty());

        assertThat(topics.retained(late)).singleElement().satisfies(one -> {
            assertThat(one.message().payload()).isEqualTo(text("lost"));
            assertThat(one.retain()).isTrue();
        });
        topics.publish("devices/a/status", ByteString.EMPTY, true);
        assertThat(topics.retained(late)).isEmpty();
    }

    @Test
    void no_more_last_words_are_kept_than_allowed() {
        for (String device : List.of("a", "b", "c")) {
            topics.publish("devices/" + device + "/status", text("online"), true);
        }
        assertThat(topics.retained(wants(new Hearer(), "devices/#", 0, Optional.empty())))
                .hasSize(2);
    }

    @Test
    void whoever_left_and_whoever_asked_not_to_hear_itself_hears_nothing() {
        var gone = new Hearer();
        var self = new Hearer();
        topics.subscribe(wants(gone, "x", 0, Optional.empty()));
        topics.unsubscribe(wants(gone, "x", 0, Optional.empty()));
        topics.subscribe(wants(self, "x", 0, Optional.empty()));

        int heard = topics.publish(new LocalMessage("x", text("1"), 0, false, Properties.NONE), self)
                .subscribers();

        assertThat(heard).isZero();
        assertThat(gone.heard).isEmpty();
        assertThat(self.heard).isEmpty();
    }

    @Test
    void whether_anybody_listens_is_known_before_a_message_is_made() {
        var screen = new Hearer();
        assertThat(topics.hasSubscriber("devices/a/values")).isFalse();
        topics.subscribe(wants(screen, "devices/+/values", 0, Optional.empty()));
        topics.subscribe(wants(screen, "alarms/#", 0, Optional.of("g")));

        assertThat(topics.hasSubscriber("devices/a/values")).isTrue();
        assertThat(topics.hasSubscriber("devices/a/status")).isFalse();
        assertThat(topics.hasSubscriber("alarms")).isTrue();

        topics.unsubscribe(wants(screen, "devices/+/values", 0, Optional.empty()));
        assertThat(topics.hasSubscriber("devices/a/values")).isFalse();
    }

    @Test
    void last_words_made_on_demand_stand_beside_those_that_were_kept() {
        topics.publish("devices/a/status", text("online"), true);
        topics.add(filter -> List.of(new LocalMessage("devices/a/values", text("72"), 1, true, Properties.NONE)));

        List<Delivery> kept = topics.retained(wants(new Hearer(), "devices/#", 0, Optional.empty()));

        assertThat(kept.stream().map(one -> one.message().topic()))
                .containsExactly("devices/a/status", "devices/a/values");
        assertThat(kept).allSatisfy(one -> {
            assertThat(one.retain()).isTrue();
            assertThat(one.qos()).isZero();
        });
        assertThat(topics.retained(wants(new Hearer(), "devices/#", 0, Optional.of("g"))))
                .isEmpty();
    }

    @Test
    void one_client_cannot_use_up_what_all_may_leave_behind() {
        var many = new LocalTopics(5000);
        for (int i = 0; i < 2000; i++) {
            many.publish(left("answers/pump/" + i, "device:pump"), null);
        }
        many.publish(left("answers/other/1", "device:other"), null);
        assertThat(many.retained(wants(new Hearer(), "answers/#", 1, Optional.empty())))
                .hasSize(1001);

        many.forget(author -> author.equals("device:pump"));
        many.publish(left("answers/pump/7", "device:pump"), null);
        assertThat(many.retained(wants(new Hearer(), "answers/#", 1, Optional.empty())))
                .extracting(one -> one.message().topic())
                .containsExactly("answers/other/1", "answers/pump/7");
    }

    private static LocalMessage left(String topic, String author) {
        return new LocalMessage(topic, text("x"), 1, true, Properties.NONE, OptionalLong.empty(), author);
    }

    @Test
    void a_last_word_is_over_when_its_time_is() {
        topics.publish(
                new LocalMessage("x", text("1"), 1, true, Properties.NONE, OptionalLong.of(1000), "screen:nurse"),
                null);
        topics.expire(999);
        assertThat(topics.retained(wants(new Hearer(), "x", 1, Optional.empty())))
                .hasSize(1);
        topics.expire(1000);
        assertThat(topics.retained(wants(new Hearer(), "x", 1, Optional.empty())))
                .isEmpty();
    }
}
