package org.fieldward.core.distribution.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Listener;
import org.fieldward.core.distribution.outbox.Listener.Heard;
import org.fieldward.core.distribution.outbox.Rig;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;
import org.hl7.fhir.r4.model.UnsignedIntType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions as those see them who made them. */
class SubscriptionTest {

    private final AtomicInteger status = new AtomicInteger(200);
    private final Rig rig = new Rig().start();
    private final Listener listener = new Listener(heard -> status.get());

    @AfterEach
    void close() {
        listener.close();
        rig.close();
    }

    private List<Heard> heard(int atLeast) {
        rig.await(atLeast + " messages", () -> listener.heard().size() >= atLeast);
        return List.copyOf(listener.heard());
    }

    private void awaitStatus(String id, SubscriptionStatus wanted) {
        rig.await(wanted + "", () -> rig.stored(id).getStatus() == wanted);
    }

    @Test
    void a_handshake_comes_first_and_then_it_is_active_and_told_of_what_it_asked_for() {
        Subscription wish = rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "full-resource");
        Rig.filter(wish, "Observation?patient=Patient/p1&code=8867-4");
        wish.getChannel().addHeader("Authorization: Bearer abc");
        String id = rig.subscribe(wish, Sight.EVERYTHING);
        awaitStatus(id, SubscriptionStatus.ACTIVE);

        rig.write(Rig.observation("p2", "8867-4"), Set.of());
        rig.write(Rig.observation("p1", "8310-5"), Set.of());
        String wanted = rig.write(Rig.observation("p1", "8867-4"), Set.of());

        List<Heard> heard = heard(2);
        assertThat(heard.get(0).body()).contains("\"valueCode\":\"handshake\"", "\"valueCode\":\"requested\"");
        Heard told = heard.get(1);
        // A handshake may be told twice, as anything may.
        for (int more = 3; !told.body().contains("event-notification"); more++) {
            told = heard(more).getLast();
        }
        assertThat(told.headers())
                .containsEntry("authorization", "Bearer abc")
                .containsEntry("content-type", "application/fhir+json; charset=utf-8");
        assertThat(told.body())
                .contains(
                        "\"valueCode\":\"event-notification\"",
                        "{\"name\":\"event-number\",\"valueString\":\"1\"}",
                        "{\"name\":\"events-since-subscription-start\",\"valueString\":\"1\"}",
                        "https://core.example/fhir/Observation/" + wanted,
                        "\"resourceType\":\"Observation\"")
                .doesNotContain("p2", "8310-5");
    }

    @Test
    void empty_says_a_number_and_no_more_and_ids_come_without_content() {
        rig.subscribe(rig.subscription(Rig.TOPIC + "observation", listener.url("/empty"), "empty"), Sight.EVERYTHING);
        rig.subscribe(rig.subscription(Rig.TOPIC + "observation", listener.url("/ids"), "id-only"), Sight.EVERYTHING);
        heard(2);
        String id = rig.write(Rig.observation("p1", "8867-4"), Set.of());

        List<Heard> told = heard(4).subList(2, 4);
        assertThat(told)
                .filteredOn(one -> one.path().equals("/empty"))
                .singleElement()
                .satisfies(
                        one -> assertThat(one.body()).contains("event-number").doesNotContain(id, "SubscriptionTopic"));
        assertThat(told)
                .filteredOn(one -> one.path().equals("/ids"))
                .singleElement()
                .satisfies(one ->
                        assertThat(one.body()).contains("Observation/" + id).doesNotContain("8867-4"));
    }

    @Test
    void a_plain_criteria_is_told_by_the_resource_itself() {
        rig.subscribe(
                rig.subscription("Observation?code=8867-4", listener.url("/base/"), "application/fhir+json"),
                Sight.EVERYTHING);
        rig.subscribe(rig.subscription("Observation?code=8867-4", listener.url("/ping"), ""), Sight.EVERYTHING);
        rig.await(
                "both", () -> rig.receivers.all(Optional.of(Kind.SUBSCRIPTION)).size() == 2);
        String id = rig.write(Rig.observation("p1", "8867-4"), Set.of());

        List<Heard> told = heard(2);
        assertThat(told).anySatisfy(one -> {
            assertThat(one.method() + " " + one.path()).isEqualTo("PUT /base/Observation/" + id);
            assertThat(one.body()).contains("8867-4");
            assertThat(one.headers()).containsEntry("fieldward-event-number", "1");
        });
        assertThat(told).anySatisfy(one -> {
            assertThat(one.method() + " " + one.path()).isEqualTo("POST /ping");
            assertThat(one.body()).isEmpty();
        });
    }

    @Test
    void an_admission_is_told_once_however_often_the_encounter_changes() {
        rig.subscribe(rig.subscription(Rig.TOPIC + "admission", listener.url("/in"), "id-only"), Sight.EVERYTHING);
        rig.subscribe(rig.subscription(Rig.TOPIC + "discharge", listener.url("/out"), "id-only"), Sight.EVERYTHING);
        heard(2);
        var encounter = new Encounter();
        encounter.setId("e1");
        encounter.setSubject(new Reference("Patient/p1"));
        for (EncounterStatus next :
                List.of(EncounterStatus.PLANNED, EncounterStatus.INPROGRESS, EncounterStatus.FINISHED)) {
            encounter.setStatus(next);
            rig.write(encounter, Set.of());
            encounter.addIdentifier().setValue("again after " + next);
            rig.write(encounter, Set.of());
        }

        assertThat(heard(4).subList(2, 4)).extracting(Heard::path).containsExactlyInAnyOrder("/in", "/out");
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        assertThat(rig.receivers.all(Optional.empty()))
                .allSatisfy(entry -> assertThat(entry.events()).isEqualTo(1));
    }

    @Test
    void nobody_is_told_what_they_may_not_see_and_a_number_tells_nothing_of_what_they_may_not_see_any_more() {
        rig.write((Patient) new Patient().setId("p1"), Set.of("north"));
        rig.write((Patient) new Patient().setId("p2"), Set.of("south"));
        status.set(503);
        String id = rig.subscribe(
                rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "full-resource"),
                Sight.of(Set.of("north")));
        rig.await("made", () -> !rig.receivers.all(Optional.empty()).isEmpty());
        rig.write(Rig.observation("p2", "8867-4"), Set.of("south"));
        String seen = rig.write(Rig.observation("p1", "8867-4"), Set.of("north"));
        rig.await(
                "its event",
                () -> rig.receivers.all(Optional.empty()).getFirst().events() == 1);

        assertThat(rig.receivers.find(Kind.SUBSCRIPTION, id).orElseThrow().events())
                .isEqualTo(1);
        status.set(200);
        assertThat(heard(2).getLast().body()).doesNotContain("p2");
        rig.await("told", () -> listener.heard().getLast().body().contains(seen));
    }

    @Test
    void nobody_can_write_a_sight_that_they_do_not_have() {
        Subscription wish = rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "id-only");
        new Seal(new byte[] {1}).write(wish, Sight.EVERYTHING);
        String forged = rig.write(wish, Set.of("north"));
        awaitStatus(forged, SubscriptionStatus.ERROR);

        String id = rig.subscribe(
                rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "id-only"), Sight.EVERYTHING);
        awaitStatus(id, SubscriptionStatus.ACTIVE);
        Subscription stolen = rig.stored(id);
        stolen.getChannel().setEndpoint(listener.url("/thief"));
        rig.write(stolen, Set.of());
        awaitStatus(id, SubscriptionStatus.ERROR);

        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        assertThat(listener.heard())
                .noneSatisfy(heard -> assertThat(heard.path()).isEqualTo("/thief"));
    }

    @Test
    void what_is_wrong_with_a_subscription_is_said_before_it_is_stored() {
        var wrong = rig.subscription("https://example.org/unknown-topic", listener.url("/h"), "id-only");
        assertThatThrownBy(() -> rig.subscribe(wrong, Sight.EVERYTHING)).hasMessageContaining("topic");
        assertThatThrownBy(() -> rig.subscribe(
                        rig.subscription("Observation?value-quantity=3", listener.url("/h"), ""), Sight.EVERYTHING))
                .isInstanceOf(BadQuestion.class);
        assertThatThrownBy(() -> rig.subscribe(
                        rig.subscription(Rig.TOPIC + "observation", "https://10.0.0.1/", "id-only"), Sight.EVERYTHING))
                .hasMessageContaining("Subscription.channel.endpoint");
        Subscription header = rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "id-only");
        header.getChannel().addHeader("Host: within");
        assertThatThrownBy(() -> rig.subscribe(header, Sight.EVERYTHING)).hasMessageContaining("Host");
        Subscription filter = rig.subscription(Rig.TOPIC + "admission", listener.url("/h"), "id-only");
        Rig.filter(filter, "Encounter?length=3");
        assertThatThrownBy(() -> rig.subscribe(filter, Sight.EVERYTHING)).hasMessageContaining("length");
    }

    @Test
    void one_that_takes_nothing_for_too_long_is_in_error_with_the_reason_and_goes_on_where_it_was() {
        String id = rig.subscribe(
                rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "id-only"), Sight.EVERYTHING);
        awaitStatus(id, SubscriptionStatus.ACTIVE);
        status.set(500);
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        rig.await("a failure", rig::isFailing);
        rig.clock.forward(Duration.ofHours(73));
        awaitStatus(id, SubscriptionStatus.ERROR);
        assertThat(rig.stored(id).getError()).contains("answered with status 500");

        // What happens meanwhile is kept.
        rig.write(Rig.observation("p1", "8310-5"), Set.of());
        status.set(200);
        Subscription again = rig.stored(id);
        again.setStatus(SubscriptionStatus.ACTIVE);
        rig.subscribe(again, Sight.EVERYTHING);
        awaitStatus(id, SubscriptionStatus.ACTIVE);

        rig.await("both", () -> listener.heard().getLast().body().contains("event-number\",\"valueString\":\"2\""));
        assertThat(listener.heard().getLast().body()).contains("{\"name\":\"event-number\",\"valueString\":\"1\"}");
    }

    @Test
    void silence_is_broken_by_heartbeats() {
        Subscription wish = rig.subscription(Rig.TOPIC + "observation", listener.url("/h"), "id-only");
        wish.getChannel()
                .addExtension(new Extension(
                        "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period",
                        new UnsignedIntType(60)));
        String id = rig.subscribe(wish, Sight.EVERYTHING);
        awaitStatus(id, SubscriptionStatus.ACTIVE);
        rig.await("its handshake noted", () -> rig.events.heard().size() == 1);
        rig.clock.forward(Duration.ofSeconds(61));

        assertThat(heard(2).getLast().body())
                .contains("\"valueCode\":\"heartbeat\"")
                .doesNotContain("event-number");
    }

    @Test
    void one_that_is_off_deleted_or_at_its_end_is_told_nothing() {
        String off = rig.subscribe(
                rig.subscription(Rig.TOPIC + "observation", listener.url("/off"), "id-only"), Sight.EVERYTHING);
        Subscription ending = rig.subscription(Rig.TOPIC + "observation", listener.url("/end"), "id-only");
        ending.setEnd(java.util.Date.from(rig.clock.instant().plusSeconds(3600)));
        String end = rig.subscribe(ending, Sight.EVERYTHING);
        awaitStatus(off, SubscriptionStatus.ACTIVE);
        awaitStatus(end, SubscriptionStatus.ACTIVE);

        Subscription stop = rig.stored(off);
        stop.setStatus(SubscriptionStatus.OFF);
        rig.subscribe(stop, Sight.EVERYTHING);
        rig.clock.forward(Duration.ofHours(2));
        awaitStatus(end, SubscriptionStatus.OFF);
        rig.await("off", () -> rig.receivers.all(Optional.empty()).isEmpty());
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        String last = rig.subscribe(
                rig.subscription(Rig.TOPIC + "observation", listener.url("/last"), "id-only"), Sight.EVERYTHING);
        awaitStatus(last, SubscriptionStatus.ACTIVE);

        assertThat(listener.heard())
                .noneSatisfy(heard -> assertThat(heard.body()).contains("event-notification"));
    }

    @Test
    void a_slow_subscriber_does_not_hold_up_another() {
        try (var slow = new Listener(heard -> {
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofSeconds(4).toNanos());
            return 200;
        })) {
            rig.subscribe(rig.subscription("Observation?code=8867-4", slow.url("/slow"), ""), Sight.EVERYTHING);
            rig.subscribe(rig.subscription("Observation?code=8867-4", listener.url("/quick"), ""), Sight.EVERYTHING);
            rig.await("both", () -> rig.receivers.all(Optional.empty()).size() == 2);
            for (int i = 0; i < 20; i++) {
                rig.write(Rig.observation("p1", "8867-4"), Set.of());
            }

            assertThat(heard(20)).hasSize(20);
            assertThat(slow.heard().size()).isLessThan(10);
        }
    }
}
