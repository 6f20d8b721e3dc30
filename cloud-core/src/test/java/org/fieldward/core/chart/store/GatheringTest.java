package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart.Work;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes while others are busy goes into one transaction. */
final class GatheringTest {

    private static final Author ANYBODY = author();

    private final Shelf shelf = new Shelf();

    @AfterEach
    void close() {
        shelf.close();
    }

    private record Brought<T>(Author author, Work<T> work) {}

    /** In one group, in this order: all come while another is under way. */
    private <T> List<FutureTask<T>> together(List<Brought<T>> all) throws Exception {
        var end = new CountDownLatch(1);
        FutureTask<Boolean> busy = occupied(all.getFirst().author(), end);
        var tasks = new ArrayList<FutureTask<T>>();
        for (Brought<T> one : all) {
            var task = new FutureTask<>(() -> shelf.chart.gather(one.author(), List.of(), one.work()));
            waiting(task);
            tasks.add(task);
        }
        end.countDown();
        assertThat(busy.get()).isTrue();
        return tasks;
    }

    private FutureTask<Boolean> occupied(Author author, CountDownLatch end) {
        var task = new FutureTask<>(() -> shelf.chart.gather(author, List.of(), desk -> {
            try {
                end.await();
                return true;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        waiting(task);
        return task;
    }

    private static void waiting(FutureTask<?> task) {
        Thread thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
            Thread.onSpinWait();
        }
    }

    private static Work<Outcome> creating(String id) {
        return desk -> desk.apply(new Change.Create(patient(id, "Doe")));
    }

    /** Makes who bears the number, unless there is one. */
    private static Work<Key> onlyOne(String id, String number) {
        return desk -> {
            List<Version> there = desk.match(Condition.identifier("Patient", "urn:mrn", number), 2);
            if (!there.isEmpty()) {
                return there.getFirst().key();
            }
            var patient = patient(id, "Doe");
            patient.getIdentifierFirstRep().setValue(number);
            return ((Outcome.Created) desk.apply(new Change.Create(patient)))
                    .version()
                    .key();
        };
    }

    private int transactions() throws SQLException {
        try (Connection connection = shelf.database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(distinct xmin::text) from chart_resource")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void many_share_one_transaction_and_each_gets_its_own_result() throws Exception {
        List<FutureTask<Outcome>> tasks = together(List.of(
                new Brought<>(ANYBODY, creating("a")),
                new Brought<>(ANYBODY, creating("b")),
                new Brought<>(ANYBODY, creating("c"))));

        assertThat(List.of(tasks.get(0).get(), tasks.get(1).get(), tasks.get(2).get()))
                .map(outcome -> ((Outcome.Created) outcome).version().key().id())
                .containsExactly("a", "b", "c");
        assertThat(transactions()).isEqualTo(1);
        assertThat(shelf.chart.after(0, 10)).map(version -> version.key().id()).containsExactly("a", "b", "c");
    }

    @Test
    void one_that_fails_fails_alone() throws Exception {
        List<FutureTask<Outcome>> tasks = together(List.of(
                new Brought<>(ANYBODY, creating("a")),
                new Brought<>(ANYBODY, desk -> {
                    desk.apply(new Change.Create(patient("half", "Doe")));
                    throw new IllegalArgumentException("refused");
                }),
                new Brought<>(ANYBODY, creating("c"))));

        assertThat(tasks.get(0).get()).isInstanceOf(Outcome.Created.class);
        assertThatThrownBy(() -> tasks.get(1).get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("refused");
        assertThat(tasks.get(2).get()).isInstanceOf(Outcome.Created.class);
        assertThat(shelf.chart.after(0, 10)).map(version -> version.key().id()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void an_id_that_was_taken_is_found_out_and_the_others_get_in() throws Exception {
        shelf.create(ANYBODY, patient("taken", "Doe"));

        List<FutureTask<Outcome>> tasks = together(List.of(
                new Brought<>(ANYBODY, creating("a")),
                new Brought<>(ANYBODY, creating("taken")),
                new Brought<>(ANYBODY, creating("c"))));

        assertThat(tasks.get(0).get()).isInstanceOf(Outcome.Created.class);
        assertThat(tasks.get(1).get()).isEqualTo(new Outcome.Stale(new Key("Patient", "taken"), 1));
        assertThat(tasks.get(2).get()).isInstanceOf(Outcome.Created.class);
    }

    @Test
    void what_does_not_hold_in_the_end_is_done_one_by_one() throws Exception {
        Work<Boolean> wrong = desk -> {
            desk.apply(new Change.Create(nameless()));
            return ((SqlDesk) desk)
                    .company()
                    .map(company -> company.ending(Wrong.class, Wrong::new))
                    .isPresent();
        };

        List<FutureTask<Boolean>> tasks =
                together(List.of(new Brought<>(ANYBODY, wrong), new Brought<>(ANYBODY, wrong)));

        assertThat(tasks.get(0).get()).isFalse();
        assertThat(tasks.get(1).get()).isFalse();
        assertThat(shelf.chart.after(0, 10)).hasSize(2);
    }

    private static Patient nameless() {
        var patient = patient("x", "Doe");
        patient.setIdElement(new IdType());
        return patient;
    }

    private record Wrong() implements SqlDesk.Ending {
        @Override
        public boolean write(Connection connection) {
            return false;
        }
    }

    @Test
    void what_is_asked_beforehand_is_not_taken_for_new_where_the_one_before_made_it() throws Exception {
        shelf.create(ANYBODY, patient("there", "Doe"));
        List<Condition> asked = List.of(
                Condition.identifier("Patient", "urn:mrn", "there"),
                Condition.identifier("Patient", "urn:mrn", "4711"));

        assertThat(shelf.chart.gather(ANYBODY, asked, onlyOne("x", "there"))).isEqualTo(new Key("Patient", "there"));
        assertThat(shelf.chart.<List<Key>>gather(
                        ANYBODY,
                        asked,
                        desk -> List.of(
                                onlyOne("a", "4711").in(desk),
                                onlyOne("b", "4711").in(desk))))
                .containsExactly(new Key("Patient", "a"), new Key("Patient", "a"));
    }

    @Test
    void the_next_one_finds_what_the_one_before_it_made() throws Exception {
        List<FutureTask<Key>> tasks = together(List.of(
                new Brought<>(ANYBODY, onlyOne("a", "4711")),
                new Brought<>(ANYBODY, onlyOne("b", "4712")),
                new Brought<>(ANYBODY, onlyOne("c", "4711"))));

        assertThat(tasks.get(2).get())
                .isEqualTo(tasks.get(0).get())
                .isNotEqualTo(tasks.get(1).get());
        assertThat(shelf.chart.after(0, 10)).hasSize(2);
    }

    @Test
    void the_next_one_does_not_find_what_the_one_before_it_took_away() throws Exception {
        shelf.create(ANYBODY, patient("a", "Doe"));
        var renumbered = patient("a", "Doe");
        renumbered.getIdentifierFirstRep().setValue("new");

        List<FutureTask<Integer>> tasks = together(List.of(
                new Brought<>(ANYBODY, desk -> {
                    desk.apply(new Change.Update(renumbered, OptionalLong.of(1)));
                    return 0;
                }),
                new Brought<>(
                        ANYBODY,
                        desk -> desk.match(Condition.identifier("Patient", "urn:mrn", "a"), 2)
                                .size())));

        assertThat(tasks.get(1).get()).isZero();
    }

    @Test
    void the_next_one_reads_and_changes_what_the_one_before_it_wrote_and_versions_keep_their_order() throws Exception {
        List<FutureTask<Long>> tasks = together(List.of(
                new Brought<>(ANYBODY, desk -> {
                    desk.apply(new Change.Create(patient("a", "Doe")));
                    return 1L;
                }),
                new Brought<>(ANYBODY, desk -> {
                    Version before = desk.read(new Key("Patient", "a")).orElseThrow();
                    var updated = (Outcome.Updated)
                            desk.apply(new Change.Update(patient("a", "Roe"), OptionalLong.of(before.version())));
                    return updated.version().version();
                })));

        assertThat(tasks.get(1).get()).isEqualTo(2);
        assertThat(transactions()).isEqualTo(1);
        assertThat(shelf.chart.after(0, 10)).map(Version::version).containsExactly(1L, 2L);
        assertThat(shelf.chart.read(new Key("Patient", "a"), Sight.EVERYTHING))
                .hasValueSatisfying(version -> assertThat(version.json()).contains("Roe"));
    }

    @Test
    void the_next_one_sees_nothing_that_its_author_may_not_see() throws Exception {
        Author other = IntStream.range(0, 100)
                .mapToObj(number -> author("south-" + number))
                .filter(one -> SqlChart.place(one) == SqlChart.place(author("north")))
                .findFirst()
                .orElseThrow();

        List<FutureTask<Boolean>> tasks = together(List.of(
                new Brought<>(author("north"), desk -> {
                    desk.apply(new Change.Create(patient("a", "Doe")));
                    return true;
                }),
                new Brought<>(
                        other,
                        desk -> desk.read(new Key("Patient", "a")).isPresent()
                                || !desk.match(Condition.identifier("Patient", "urn:mrn", "a"), 2)
                                        .isEmpty())));

        assertThat(tasks.get(1).get()).isFalse();
    }
}
