package org.fieldward.core.distribution.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Listener;
import org.fieldward.core.distribution.outbox.Listener.Heard;
import org.fieldward.core.distribution.outbox.Rig;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Webhooks as those see them who receive them. */
class TargetTest {

    private static final byte[] OTHER_KEY = "another 32 bytes that are secret".getBytes(StandardCharsets.UTF_8);

    /** The codes whose message is not taken. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    private final Rig rig = new Rig().start();
    private final Listener listener =
            new Listener(heard -> refused.stream().anyMatch(heard.body()::contains) ? 500 : 200);

    @AfterEach
    void close() {
        listener.close();
        rig.close();
    }

    private Targets.Added add(boolean full) {
        return rig.targets.add(
                new Target(
                        listener.url("/hook"),
                        List.of(),
                        List.of("Observation?code=8867-4"),
                        full,
                        List.of(),
                        Sight.EVERYTHING),
                Optional.empty());
    }

    private void observe(String patient) {
        rig.write(Rig.observation(patient, "8867-4"), Set.of());
    }

    private List<Heard> taken() {
        return listener.heard().stream()
                .filter(heard -> refused.stream().noneMatch(heard.body()::contains))
                .toList();
    }

    private static boolean isSigned(Heard heard, String secret) {
        try {
            String said = heard.headers().get("webhook-id") + "."
                    + heard.headers().get("webhook-timestamp") + "." + heard.body();
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
            String signature =
                    "v1," + Base64.getEncoder().encodeToString(mac.doFinal(said.getBytes(StandardCharsets.UTF_8)));
            return List.of(heard.headers().getOrDefault("webhook-signature", "").split(" "))
                    .contains(signature);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void targets_that_are_added_at_the_same_moment_get_names_of_their_own() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var added = threads.invokeAll(Collections.nCopies(24, (Callable<Targets.Added>) () -> add(false)));
            var names = new TreeSet<Integer>();
            for (Future<Targets.Added> one : added) {
                names.add(Integer.parseInt(one.get().entry().name()));
            }
            assertThat(names).hasSize(24).last().isEqualTo(24);
        }
        assertThat(rig.targets.all()).hasSize(24);
    }

    @Test
    void each_event_is_one_signed_envelope_with_an_id() {
        String secret = add(true).secret();
        observe("p1");
        rig.await("it", () -> !listener.heard().isEmpty());

        Heard heard = listener.heard().getFirst();
        assertThat(isSigned(heard, secret)).isTrue();
        assertThat(heard.headers()).containsEntry("webhook-id", "target-1-1");
        assertThat(heard.body())
                .contains(
                        "\"id\":\"target-1-1\"",
                        "\"number\":1",
                        "\"type\":\"Observation.created\"",
                        "\"patient\":\"p1\"",
                        "\"resource\":{\"resourceType\":\"Observation\"");
    }

    @Test
    void a_changed_secret_leaves_time_to_change_it_there_too() {
        Targets.Added added = add(false);
        String second = rig.targets.rotate(added.entry(), Duration.ofHours(1));
        observe("p1");
        rig.await("it", () -> listener.heard().size() == 1);
        rig.clock.forward(Duration.ofHours(2));
        observe("p1");
        rig.await("the next", () -> listener.heard().size() == 2);

        Heard first = listener.heard().get(0);
        Heard last = listener.heard().get(1);
        assertThat(isSigned(first, added.secret())).isTrue();
        assertThat(isSigned(first, second)).isTrue();
        assertThat(isSigned(last, added.secret())).isFalse();
        assertThat(isSigned(last, second)).isTrue();
        assertThat(first.body()).doesNotContain("resourceType");
    }

    @Test
    void a_patient_whose_messages_are_not_taken_holds_up_nobody_elses_and_each_ones_come_in_order() {
        add(false);
        refused.add("\"patient\":\"p1\"");
        for (int i = 0; i < 10; i++) {
            observe("p1");
            observe("p2");
            observe("p3");
        }
        rig.await("the others", () -> taken().size() == 20);

        assertThat(numbers(taken(), "p2")).isSorted().hasSize(10);
        assertThat(numbers(taken(), "p3")).isSorted().hasSize(10);
        refused.clear();
        rig.clock.forward(Duration.ofMinutes(20));
        rig.await("the rest", () -> numbers(taken(), "p1").stream().distinct().count() == 10);
        assertThat(numbers(taken(), "p1")).isSorted();
    }

    private static List<Integer> numbers(List<Heard> heard, String patient) {
        return heard.stream()
                .filter(one -> one.body().contains("\"patient\":\"" + patient + "\""))
                .map(one -> Integer.parseInt(one.body().replaceAll(".*\"number\":([0-9]+).*", "$1")))
                .toList();
    }

    @Test
    void what_is_not_taken_for_too_long_is_set_aside_and_can_be_told_again() {
        Entry entry = add(false).entry();
        refused.add("\"patient\":\"p1\"");
        IntStream.range(0, 3).forEach(i -> observe("p1"));
        // An event is too old from when it was owed on.
        rig.await(
                "all owed",
                () -> rig.receivers.all(List.of(entry.number())).getFirst().events() == 3);
        rig.await("a failure", () -> rig.isFailing());
        rig.clock.forward(Duration.ofHours(73));
        rig.await("all given up", () -> rig.targets.dead(entry, 0, 10).size() == 3);
        refused.clear();

        // What happens now comes, with nothing before it.
        observe("p1");
        rig.await("the new one", () -> numbers(taken(), "p1").contains(4));
        assertThat(rig.targets.replay(entry, 2, 3)).isEqualTo(2);
        rig.await("told again", () -> numbers(taken(), "p1").containsAll(List.of(5, 6)));
        assertThat(rig.targets.dead(entry, 0, 10))
                .extracting(event -> event.number())
                .containsExactly(1L);
    }

    @Test
    void one_that_was_removed_is_told_nothing_and_keeps_no_secret() {
        Targets.Added added = add(false);
        rig.targets.remove(added.entry());
        observe("p1");
        add(false);
        observe("p2");
        rig.await("the other's", () -> !listener.heard().isEmpty());

        assertThat(listener.heard())
                .allSatisfy(
                        heard -> assertThat(heard.headers().get("webhook-id")).startsWith("target-2-"));
        assertThat(rig.targets.find("1")).isEmpty();
        assertThat(rig.receivers.all(Optional.of(Entry.Kind.TARGET)))
                .noneSatisfy(entry -> assertThat(entry.definition()).contains(added.secret()));
    }

    private String stored(String name) {
        return rig.receivers.find(Entry.Kind.TARGET, name).orElseThrow().definition();
    }

    @Test
    void a_secret_never_stands_in_the_database_as_it_is() {
        Targets.Added added = add(false);
        assertThat(stored("1")).doesNotContain("whsec_", added.secret());

        String second = rig.targets.rotate(added.entry(), Duration.ofHours(1));
        assertThat(stored("1")).doesNotContain("whsec_", added.secret(), second);
    }

    @Test
    void a_secret_that_an_earlier_version_left_open_is_sealed_at_the_start_and_still_signs() {
        Targets.Added added = add(false);
        rig.stop();
        Entry entry = rig.receivers.find(Entry.Kind.TARGET, "1").orElseThrow();
        rig.receivers.rewrite(
                entry, entry.definition().replaceAll("\"sealed\":\"[^\"]*\"", "\"secret\":\"" + added.secret() + "\""));
        assertThat(stored("1")).contains(added.secret());

        rig.restart(new byte[32]);
        assertThat(stored("1")).doesNotContain("whsec_");
        observe("p1");
        rig.await("it", () -> !listener.heard().isEmpty());
        assertThat(isSigned(listener.heard().getFirst(), added.secret())).isTrue();
    }

    @Test
    void without_the_key_of_its_secret_a_target_is_told_nothing_until_the_key_is_back_and_then_everything() {
        Targets.Added added = add(false);
        rig.restart(OTHER_KEY);
        observe("p1");
        rig.await("it is owed", () -> rig.targets.waiting(added.entry()) == 1);
        assertThat(rig.targets.isFailing(added.entry())).isTrue();
        assertThat(listener.heard()).isEmpty();

        rig.restart(new byte[32]);
        rig.await("it", () -> !listener.heard().isEmpty());
        assertThat(isSigned(listener.heard().getFirst(), added.secret())).isTrue();
        assertThat(rig.targets.isFailing(added.entry())).isFalse();
    }

    @Test
    void where_the_key_is_lost_for_good_a_new_secret_sets_the_target_going_again() {
        Targets.Added added = add(false);
        rig.restart(OTHER_KEY);
        observe("p1");
        rig.await("it is owed", () -> rig.targets.waiting(added.entry()) == 1);

        String fresh = rig.targets.rotate(added.entry(), Duration.ofHours(1));
        rig.wake();
        rig.await("it", () -> !listener.heard().isEmpty());
        assertThat(isSigned(listener.heard().getFirst(), fresh)).isTrue();
        assertThat(listener.heard().getFirst().headers().get("webhook-signature"))
                .doesNotContain(" ");
    }

    @Test
    void a_secret_that_was_moved_to_another_target_does_not_sign_there() {
        add(false);
        Targets.Added second = add(false);
        rig.receivers.rewrite(second.entry(), stored("1"));

        assertThat(rig.targets.isFailing(
                        rig.receivers.find(Entry.Kind.TARGET, "2").orElseThrow()))
                .isTrue();
    }

    @Test
    void a_target_within_or_about_nothing_is_refused() {
        assertThatThrownBy(() -> rig.targets.add(
                        new Target(
                                "https://10.0.0.1/",
                                List.of(),
                                List.of("Observation"),
                                false,
                                List.of(),
                                Sight.EVERYTHING),
                        Optional.empty()))
                .isInstanceOf(BadQuestion.class)
                .hasMessageContaining("url");
        assertThatThrownBy(() -> rig.targets.add(
                        new Target(listener.url("/"), List.of(), List.of(), false, List.of(), Sight.EVERYTHING),
                        Optional.empty()))
                .hasMessageContaining("topics and criteria");
        assertThatThrownBy(() -> rig.targets.add(
                        new Target(
                                listener.url("/"),
                                List.of(),
                                List.of("Observation"),
                                false,
                                List.of(),
                                Sight.EVERYTHING),
                        Optional.of("short")))
                .hasMessageContaining("secret");
    }
}
