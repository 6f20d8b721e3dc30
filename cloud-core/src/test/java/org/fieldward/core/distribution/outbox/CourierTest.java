package org.fieldward.core.distribution.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.access.Sight;
import org.fieldward.core.delivery.Backoff;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.delivery.Reply;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.OutboxFollower.Member;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The courier, shown members as they were a moment ago: it always is. */
class CourierTest {

    private final Rig rig = new Rig();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final Courier courier = new Courier(
            rig.events,
            rig.receivers,
            this::send,
            new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), new Random(1)),
            OutboxSettings.standard(),
            rig.clock,
            () -> ended.add("a lane"));

    private Reply send(Message message) {
        sent.add(message.body().map(Message.Body::text).orElse(""));
        return new Reply.Taken(200);
    }

    @AfterEach
    void close() throws InterruptedException {
        courier.close();
        rig.close();
    }

    private Member member(State state) {
        rig.await(state + "", () -> rig.receivers.all(Optional.empty()).stream().anyMatch(one -> one.state() == state));
        Entry entry = rig.receivers.all(Optional.empty()).getFirst();
        return new Member(entry, rig.subscriptions.receiver(entry));
    }

    private void subscribe() {
        rig.start();
        rig.subscribe(rig.subscription(Rig.TOPIC + "observation", "http://127.0.0.1:9/h", "id-only"), Sight.EVERYTHING);
        rig.await("it", () -> !rig.receivers.all(Optional.empty()).isEmpty());
        rig.stop();
    }

    private void begin(Map<Integer, Member> members) throws InterruptedException {
        ended.clear();
        courier.begin(members);
        ended.poll(500, TimeUnit.MILLISECONDS);
    }

    @Test
    void a_handshake_that_was_taken_is_not_told_again_to_who_is_still_thought_to_want_one() throws Exception {
        subscribe();
        Map<Integer, Member> asTheyWere = Map.of(1, member(State.REQUESTED));
        // Its failure to reach port 9 is of the past.
        rig.clock.forward(Duration.ofHours(1));

        begin(asTheyWere);
        begin(asTheyWere);

        assertThat(sent).singleElement().satisfies(body -> assertThat(body).contains("handshake"));
    }

    @Test
    void nothing_is_told_under_terms_that_were_changed_meanwhile() throws Exception {
        subscribe();
        rig.clock.forward(Duration.ofHours(1));
        begin(Map.of(1, member(State.REQUESTED)));
        Member asItWas = member(State.ACTIVE);
        rig.start();
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        rig.await(
                "its event",
                () -> rig.receivers.all(Optional.empty()).getFirst().events() == 1);
        rig.stop();
        rig.receivers.become(asItWas.entry(), State.ACTIVE, "looked at");

        begin(Map.of(1, asItWas));

        assertThat(sent).hasSize(1);
    }

    /** As it is, but without messages about events. */
    private record Mute(Receiver told, AtomicInteger asked) implements Receiver {
        @Override
        public Terms terms() {
            return told.terms();
        }

        @Override
        public Set<String> types() {
            return told.types();
        }

        @Override
        public boolean wants(Happening happening) {
            return told.wants(happening);
        }

        @Override
        public String lane(Subject subject) {
            return told.lane(subject);
        }

        @Override
        public Message events(List<Event> events, Progress progress, Instant now) {
            asked.incrementAndGet();
            throw new IllegalStateException("nothing can be said");
        }

        @Override
        public Message handshake(Progress progress, Instant now) {
            return told.handshake(progress, now);
        }

        @Override
        public Message heartbeat(Progress progress, Instant now) {
            return told.heartbeat(progress, now);
        }

        @Override
        public Optional<Instant> until() {
            return told.until();
        }
    }

    @Test
    void what_cannot_be_said_is_tried_again_after_a_pause_and_nothing_is_given_up_for_it() throws Exception {
        subscribe();
        rig.clock.forward(Duration.ofHours(1));
        begin(Map.of(1, member(State.REQUESTED)));
        member(State.ACTIVE);
        rig.start();
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        rig.await(
                "its event",
                () -> rig.receivers.all(Optional.empty()).getFirst().events() == 1);
        rig.stop();
        rig.clock.forward(Duration.ofHours(1));
        sent.clear();
        Member good = member(State.ACTIVE);
        var asked = new AtomicInteger();
        Map<Integer, Member> mute = Map.of(1, new Member(good.entry(), new Mute(good.receiver(), asked)));

        begin(mute);
        begin(mute);
        assertThat(asked).hasValue(1);
        rig.clock.forward(Duration.ofDays(30));
        begin(mute);
        assertThat(asked).hasValue(2);
        rig.clock.forward(Duration.ofHours(1));
        begin(Map.of(1, good));

        assertThat(sent).singleElement().satisfies(body -> assertThat(body).contains("Observation"));
    }
}
