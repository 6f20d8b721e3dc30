package org.fieldward.core.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.store.Shelf;
import org.fieldward.core.chart.store.SqlInventory;
import org.fieldward.core.copy.document.CopyException;
import org.fieldward.core.copy.document.Document;
import org.fieldward.core.copy.document.DocumentStore;
import org.fieldward.core.copy.document.DocumentStoreContract;
import org.fieldward.core.copy.document.Held;
import org.fieldward.core.copy.document.MemoryDocuments;
import org.fieldward.core.delivery.Backoff;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CopierTest {

    private final Shelf shelf = new Shelf();
    private final MemoryDocuments memory = new MemoryDocuments();
    private final SqlStates states = new SqlStates(shelf.database);
    private final SqlInventory inventory = new SqlInventory(shelf.database);

    @AfterEach
    void close() {
        shelf.close();
    }

    private Copier copier(DocumentStore store) {
        return copier("test", store);
    }

    /** One core's. */
    private Copier copier(String name, DocumentStore store) {
        var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), new Random(1));
        return new Copier(copy(name, store), shelf.chart, states, backoff, shelf.now::get);
    }

    private Copy copy(String name, DocumentStore store) {
        return new Copy(name, store, new SqlTurn(shelf.database, name));
    }

    private Verifier verifier(DocumentStore store) {
        return verifier("test", store);
    }

    private Verifier verifier(String name, DocumentStore store) {
        return new Verifier(copy(name, store), inventory, states, shelf.now::get);
    }

    private static void drain(Copier copier) {
        while (copier.step().isZero()) {
            continue;
        }
    }

    /** What the chart says, in the copy's words. */
    private Map<String, Document> chart() {
        var all = new TreeMap<String, Document>();
        inventory.walk(3, page -> page.forEach(version -> all.put(version.key().toString(), Document.of(version))));
        return all;
    }

    private Document copied(String name) {
        return Optional.ofNullable(memory.snapshot().get(name)).orElseThrow();
    }

    @Test
    void a_copy_has_every_resource_in_its_newest_version_and_says_which_are_deleted() {
        for (int i = 0; i < 10; i++) {
            shelf.create(author("ward"), patient("p" + i, "Doe"));
        }
        shelf.update(author("ward"), patient("p1", "Roe"));
        shelf.delete(author("ward"), new Key("Patient", "p2"));
        drain(copier(memory));
        assertThat(memory.snapshot()).isEqualTo(chart()).hasSize(10);
        assertThat(copied("Patient/p2").isDeleted()).isTrue();
        assertThat(copied("Patient/p1").facilities()).containsExactly("ward");
        assertThat(states.of("test").position()).isEqualTo(inventory.last()).isEqualTo(12);
        assertThat(states.of("test").copiedAt()).contains(Shelf.NOON);
    }

    @Test
    void a_store_that_fails_is_pressed_less_and_less_and_what_it_said_can_be_read() {
        shelf.create(author(), patient("p", "Doe"));
        var stormy = new StormyDocuments(new Random(1));
        var down = new DownDocuments(stormy);
        Copier copier = copier(down);
        long waited = 0;
        for (int i = 0; i < 8; i++) {
            Duration pause = copier.step();
            assertThat(copier.step()).as("a wake-up changes nothing").isEqualTo(pause);
            assertThat(pause.toMillis()).isBetween(Math.min(60_000, 1_000L << i) / 2, Math.min(60_000, 1_000L << i));
            shelf.now.updateAndGet(now -> now.plus(pause));
            waited += pause.toMillis();
        }
        assertThat(down.calls).isEqualTo(8);
        States.State state = states.of("test");
        assertThat(state.failures()).isEqualTo(8);
        assertThat(state.failingSince()).contains(Shelf.NOON);
        assertThat(state.last().map(States.Failure::error)).contains("is down");
        assertThat(waited).isPositive();
        down.up = true;
        stormy.storm = false;
        drain(copier);
        assertThat(states.of("test").failures()).isZero();
        assertThat(stormy.inside.snapshot()).isEqualTo(chart());
    }

    @Test
    void the_verifier_finds_what_is_missing_extra_and_different_and_mends_it() {
        shelf.chart.write(author(), desk -> {
            for (int i = 0; i < 600; i++) {
                desk.apply(new Change.Create(patient("p" + i, "Doe")));
            }
            return 600;
        });
        drain(copier(memory));
        assertThat(verifier(memory).verify(false)).isEqualTo(new Drift(600, 0, 0, 0, 0));
        TreeMap<String, Document> harmed = memory.snapshot();
        Document some = copied("Patient/p7");
        harmed.remove("Patient/p5");
        harmed.put("Patient/p7", DocumentStoreContract.document("p7", 99, "{}"));
        for (int i = 0; i < 700; i++) {
            harmed.put("Patient/x" + i, DocumentStoreContract.document("x" + i, 1));
        }
        harmed.put(
                "Aa/first",
                new Document(new Key("Aa", "first"), 1, Shelf.NOON, "{}", some.facilities(), some.patients()));
        memory.restore(harmed);
        assertThat(verifier(memory).verify(false)).isEqualTo(new Drift(600, 1, 701, 1, 0));
        assertThat(memory.snapshot()).isEqualTo(harmed);
        assertThat(verifier(memory).verify(true)).isEqualTo(new Drift(600, 1, 701, 1, 703));
        assertThat(memory.snapshot()).isEqualTo(chart());
        assertThat(states.of("test").verification().orElseThrow().drift().left())
                .isZero();
    }

    @Test
    void what_is_still_on_its_way_is_no_drift() {
        shelf.create(author(), patient("a", "Doe"));
        drain(copier(memory));
        shelf.update(author(), patient("a", "Roe"));
        shelf.create(author(), patient("b", "Doe"));
        assertThat(verifier(memory).verify(true)).isEqualTo(new Drift(2, 0, 0, 0, 0));
        assertThat(memory.snapshot()).hasSize(1);
    }

    @Test
    void what_a_store_cannot_take_is_counted_and_holds_up_nothing() {
        shelf.create(author(), patient("bad", "Doe"));
        shelf.create(author(), patient("good", "Doe"));
        var picky = new DownDocuments(memory);
        picky.up = true;
        picky.never = Set.of(new Key("Patient", "bad"));
        drain(copier(picky));
        assertThat(memory.snapshot()).containsOnlyKeys("Patient/good");
        assertThat(states.of("test").refused()).isEqualTo(1);
        assertThat(verifier(picky).verify(true).left()).isEqualTo(1);
        shelf.now.updateAndGet(now -> now.plusSeconds(1));
        picky.never = Set.of();
        assertThat(verifier(picky).verify(true).left()).isZero();
        assertThat(states.of("test").refused()).isZero();
    }

    /** Two cores copy at once to a store that does everything wrong; seeds that failed belong here. */
    @Test
    void after_any_storm_the_verifier_brings_the_copy_to_what_the_chart_says() {
        for (long seed = 1; seed <= 8; seed++) {
            StormyDocuments stormy = storm(seed, true);
            verifier("storm-" + seed, stormy).verify(true);
            assertThat(verifier("storm-" + seed, stormy).verify(false).left())
                    .as("seed " + seed)
                    .isZero();
            assertThat(stormy.inside.snapshot()).as("seed " + seed).isEqualTo(chart());
        }
    }

    @Test
    void a_store_that_fails_but_forgets_nothing_needs_no_verifier() {
        for (long seed = 101; seed <= 106; seed++) {
            assertThat(storm(seed, false).inside.snapshot()).as("seed " + seed).isEqualTo(chart());
        }
    }

    /** What two cores made of it when the weather is fair again. */
    private StormyDocuments storm(long seed, boolean forgets) {
        var random = new Random(seed);
        var stormy = new StormyDocuments(random);
        stormy.forgets = forgets;
        // Another copy of the same chart, from its beginning.
        String name = "storm-" + seed;
        String prefix = "s" + seed + "-";
        List<Copier> cores = List.of(copier(name, stormy), copier(name, stormy));
        for (int turn = 0; turn < 80; turn++) {
            String id = prefix + random.nextInt(12);
            switch (random.nextInt(4)) {
                case 0 -> shelf.delete(author(), new Key("Patient", id));
                case 1 -> cores.get(random.nextInt(2)).step();
                case 2 -> {
                    if (forgets) {
                        stormy.weather();
                    }
                }
                default -> shelf.update(author(), patient(id, "Doe" + random.nextInt(3)));
            }
            if (forgets && random.nextInt(20) == 0) {
                tryTo(() -> verifier(name, stormy).verify(random.nextBoolean()));
            }
            shelf.now.updateAndGet(now -> now.plusSeconds(random.nextInt(30)));
        }
        stormy.storm = false;
        shelf.now.updateAndGet(now -> now.plusSeconds(3600));
        cores.forEach(CopierTest::drain);
        return stormy;
    }

    private static void tryTo(Runnable verification) {
        try {
            verification.run();
        } catch (CopyException e) {
            assertThat(e).hasMessageMatching("refused the connection|took too long");
        }
    }

    @Test
    void a_core_that_was_away_while_another_copied_takes_nothing_back() {
        shelf.create(author(), patient("a", "Doe"));
        Document old = List.copyOf(chart().values()).getFirst();
        shelf.update(author(), patient("a", "Roe"));
        drain(copier(memory));
        // What the first core still had in hand when it lost its turn.
        memory.put(List.of(old));
        assertThat(memory.snapshot()).isEqualTo(chart());
        assertThat(memory.held(List.of(old.key())).values().stream()
                        .map(Held::version)
                        .collect(Collectors.toSet()))
                .containsExactly(2L);
        assertThat(Optional.of(old.version())).contains(1L);
    }
}
