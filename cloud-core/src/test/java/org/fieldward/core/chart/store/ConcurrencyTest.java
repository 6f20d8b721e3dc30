package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many at once. */
final class ConcurrencyTest {

    private static final int THREADS = 8;
    private static final Author ANYBODY = author();

    private final Shelf shelf = new Shelf();

    @AfterEach
    void close() {
        shelf.close();
    }

    private static <T> List<T> atOnce(IntFunction<Callable<T>> work) throws Exception {
        var barrier = new CyclicBarrier(THREADS);
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var results = new ArrayList<Future<T>>();
            for (int i = 0; i < THREADS; i++) {
                Callable<T> task = work.apply(i);
                results.add(threads.submit(() -> {
                    barrier.await();
                    return task.call();
                }));
            }
            var values = new ArrayList<T>();
            for (Future<T> result : results) {
                values.add(result.get());
            }
            return values;
        }
    }

    @Test
    void eight_conditional_creates_make_one() throws Exception {
        Condition same = Condition.identifier("Patient", "urn:mrn", "4711");

        List<Key> keys = atOnce(i -> () -> shelf.chart.write(ANYBODY, desk -> {
            List<Version> there = desk.match(same, 2);
            if (!there.isEmpty()) {
                return there.getFirst().key();
            }
            var patient = patient("x", "Doe" + i);
            patient.setId((String) null);
            patient.getIdentifierFirstRep().setValue("4711");
            return ((Outcome.Created) desk.apply(new Change.Create(patient)))
                    .version()
                    .key();
        }));

        assertThat(keys).hasSize(THREADS).containsOnly(keys.getFirst());
        assertThat(shelf.chart.after(0, 100)).hasSize(1);
    }

    @Test
    void eight_who_make_one_id_by_update_make_eight_versions_of_it() throws Exception {
        List<Outcome> outcomes = atOnce(i -> () -> shelf.update(ANYBODY, patient("jo", "Doe" + i)));

        assertThat(outcomes.stream().filter(Outcome.Created.class::isInstance)).hasSize(1);
        assertThat(outcomes.stream().filter(Outcome.Updated.class::isInstance)).hasSize(7);
        assertThat(shelf.chart.after(0, 100))
                .extracting(Version::version)
                .containsExactly(LongStream.rangeClosed(1, 8).boxed().toArray(Long[]::new));
    }

    @Test
    void of_eight_who_change_the_same_version_one_does() throws Exception {
        shelf.create(ANYBODY, patient("jo", "Doe"));

        List<Outcome> outcomes = atOnce(i ->
                () -> shelf.apply(ANYBODY, new Change.Update(patient("jo", "Doe" + i), OptionalLong.of(1))));

        assertThat(outcomes.stream().filter(Outcome.Updated.class::isInstance)).hasSize(1);
        assertThat(outcomes.stream().filter(Outcome.Stale.class::isInstance)).hasSize(7);
    }

    @Test
    void two_that_lock_each_other_out_both_get_done() throws Exception {
        shelf.create(ANYBODY, patient("a", "A"));
        shelf.create(ANYBODY, patient("b", "B"));

        atOnce(i -> () -> shelf.chart.write(ANYBODY, desk -> {
            String first = i % 2 == 0 ? "a" : "b";
            desk.apply(new Change.Update(patient(first, "x" + i), OptionalLong.empty()));
            return desk.apply(new Change.Update(patient(first.equals("a") ? "b" : "a", "x" + i), OptionalLong.empty()));
        }));

        assertThat(shelf.chart
                        .read(new Key("Patient", "a"), Sight.EVERYTHING)
                        .orElseThrow()
                        .version())
                .isEqualTo(9);
        assertThat(shelf.chart
                        .read(new Key("Patient", "b"), Sight.EVERYTHING)
                        .orElseThrow()
                        .version())
                .isEqualTo(9);
    }

    @Test
    void a_follower_that_reads_while_others_write_misses_nothing() throws Exception {
        var writing = new AtomicBoolean(true);
        try (var reader = Executors.newSingleThreadExecutor()) {
            Future<List<Long>> followed = reader.submit(() -> {
                var numbers = new ArrayList<Long>();
                long last = 0;
                boolean more = true;
                while (more) {
                    more = writing.get();
                    for (Version version : shelf.chart.after(last, 7)) {
                        last = version.number();
                        numbers.add(last);
                        more = true;
                    }
                }
                return numbers;
            });
            atOnce(i -> () -> {
                for (int n = 0; n < 20; n++) {
                    int number = n;
                    shelf.chart.write(ANYBODY, desk -> {
                        desk.apply(new Change.Create(patient("a-" + i + "-" + number, "A")));
                        return desk.apply(new Change.Create(patient("b-" + i + "-" + number, "B")));
                    });
                }
                return i;
            });
            writing.set(false);

            assertThat(followed.get())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 320).boxed().toList());
        }
    }
}
