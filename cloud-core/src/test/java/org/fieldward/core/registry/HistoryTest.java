package org.fieldward.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.distribution.FakeRegistry;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot.Difference;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cores that follow each other's changes know what one knows that reads everything, after any history. */
final class HistoryTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final InstantSource CLOCK = () -> NOON;

    private final HikariDataSource database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    private SqlRegistry core() {
        return new SqlRegistry(database, CLOCK);
    }

    private static Patient patient(String id, String family) {
        return new Patient(id, "mrn", family, "Jo", Optional.empty(), "other", NOON);
    }

    private static Device device(String id, Optional<String> bed, Optional<String> gateway) {
        return new Device(new DeviceId(id), "monitor", bed, gateway, NOON);
    }

    /** What happens to a registry, drawn from a seed: everything that can, to few patients and devices. */
    private static final class Fate {
        private final Random random;

        Fate(long seed) {
            random = new Random(seed);
        }

        private String one(String kind) {
            return kind + random.nextInt(6);
        }

        private Optional<String> maybe(String kind) {
            return random.nextBoolean() ? Optional.of(one(kind)) : Optional.empty();
        }

        private Instant time() {
            return NOON.plus(Duration.ofMinutes(random.nextInt(100)));
        }

        /** The same to each of them, and the answers must be the same. */
        void befall(List<? extends Registry> all) {
            Happening happening = next();
            List<Optional<BindResult>> answers = all.stream().map(happening::to).toList();
            assertThat(Set.copyOf(answers)).hasSize(1);
        }

        private interface Happening {
            Optional<BindResult> to(Registry registry);
        }

        private Happening next() {
            switch (random.nextInt(6)) {
                case 0 -> {
                    Patient patient = patient(one("p"), one("name"));
                    return silent(registry -> registry.putPatient(patient));
                }
                case 1 -> {
                    Device device = device(one("d"), maybe("bed"), maybe("g"));
                    return silent(registry -> registry.putDevice(device));
                }
                case 2 -> {
                    String patient = one("p");
                    Set<String> more = Set.of(one("ward"), one("clinic"));
                    return silent(registry -> registry.addFacilities(patient, more));
                }
                case 3 -> {
                    long number = random.nextInt(20);
                    Instant until = NOON.plus(Duration.ofMinutes(100 + random.nextInt(3)));
                    return registry -> Optional.of(registry.endBinding(number, until));
                }
                default -> {
                    DeviceId device = new DeviceId(one("d"));
                    String patient = one("p");
                    Instant from = time();
                    Optional<Instant> until = random.nextInt(4) == 0
                            ? Optional.empty()
                            : Optional.of(from.plus(Duration.ofMinutes(random.nextInt(9))));
                    return registry -> Optional.of(registry.bind(device, patient, from, until));
                }
            }
        }

        private static Happening silent(Consumer<Registry> change) {
            return registry -> {
                change.accept(registry);
                return Optional.empty();
            };
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void following_gives_what_reading_everything_gives_and_what_the_one_in_memory_says(long seed) {
        var random = new Random(seed);
        var fate = new Fate(seed);
        List<SqlRegistry> cores = List.of(core(), core(), core());
        var memory = new FakeRegistry();
        for (int i = 0; i < 150; i++) {
            SqlRegistry acting = cores.get(random.nextInt(cores.size()));
            fate.befall(List.of(acting, memory));
            if (random.nextInt(5) == 0) {
                String gateway = "g" + random.nextInt(6);
                acting.refresh();
                acting.carried(Map.of(new DeviceId("d" + random.nextInt(6)), gateway));
                // The one in memory knows nothing of carrying: it is told what came of it.
                acting.devices().forEach(memory::putDevice);
                acting.patients().forEach(one -> memory.addFacilities(one.id(), acting.facilities(one.id())));
            }
            if (random.nextInt(10) == 0) {
                agree(cores, memory);
            }
        }
        agree(cores, memory);
    }

    private void agree(List<SqlRegistry> cores, Registry memory) {
        Snapshot whole = core().snapshot();
        for (SqlRegistry core : cores) {
            assertThat(core.refresh()).isEqualTo(whole);
            assertThat(core.patients()).isEqualTo(sorted(memory.patients(), Patient::id));
            assertThat(core.devices()).isEqualTo(sorted(memory.devices(), Device::id));
            assertThat(core.bindings()).isEqualTo(memory.bindings());
            core.patients()
                    .forEach(one -> assertThat(core.facilities(one.id())).isEqualTo(memory.facilities(one.id())));
        }
    }

    private static <T, K extends Comparable<K>> List<T> sorted(List<T> all, Function<T, K> by) {
        return all.stream().sorted(Comparator.comparing(by)).toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void who_is_told_of_each_difference_was_told_of_all_that_differs(long seed) {
        var fate = new Fate(seed);
        SqlRegistry acting = core();
        SqlRegistry following = core();
        var told = new ArrayList<Difference>();
        following.onChange(told::add);
        for (int i = 0; i < 100; i++) {
            Snapshot before = following.snapshot();
            fate.befall(List.of(acting));
            Snapshot after = following.refresh();
            var patients = new HashSet<>(differing(before.patients(), after.patients()));
            patients.addAll(differing(before.facilities(), after.facilities()));
            var said = told.isEmpty() ? new Difference(false, Set.of(), Set.of(), Set.of(), Set.of()) : told.getLast();

            assertThat(said.everything()).isFalse();
            assertThat(said.patients()).isEqualTo(patients);
            assertThat(said.devices()).isEqualTo(differing(before.devices(), after.devices()));
            assertThat(said.bindings())
                    .isEqualTo(differing(before.index().numbers(), after.index().numbers()));
            assertThat(said.gateways())
                    .containsAll(
                            differing(before.index().carried(), after.index().carried()));
            told.clear();
        }
    }

    private static <K, V> Set<K> differing(Map<K, V> before, Map<K, V> after) {
        var keys = new HashSet<K>(after.keySet());
        keys.addAll(before.keySet());
        keys.removeIf(key -> Optional.ofNullable(before.get(key)).equals(Optional.ofNullable(after.get(key))));
        return keys;
    }

    @Test
    void whoever_holds_the_registry_at_one_instant_keeps_it_whatever_comes() {
        var fate = new Fate(9);
        SqlRegistry core = core();
        var held = new HashMap<Snapshot, Snapshot>();
        for (int i = 0; i < 60; i++) {
            held.put(core.snapshot(), core().snapshot());
            fate.befall(List.of(core));
        }
        held.forEach((then, read) -> assertThat(then).isEqualTo(read));
    }

    @Test
    void a_change_that_is_committed_late_is_missed_by_nobody_and_nobody_overtakes_it() throws Exception {
        SqlRegistry late = core();
        SqlRegistry other = core();
        SqlRegistry follower = core();
        var begun = new CountDownLatch(1);
        var commit = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(2)) {
            Future<Boolean> slow = threads.submit(() -> {
                try (Connection connection = database.getConnection()) {
                    connection.setAutoCommit(false);
                    late.begin(connection).putPatient(patient("ann", "Late"));
                    begun.countDown();
                    commit.await();
                    connection.commit();
                    return true;
                }
            });
            begun.await();
            Future<Boolean> fast = threads.submit(() -> {
                other.putPatient(patient("bob", "Behind"));
                return true;
            });
            long before = follower.refresh().version();
            assertThat(follower.patients()).isEmpty();
            commit.countDown();
            slow.get();
            fast.get();

            assertThat(follower.refresh().version()).isEqualTo(before + 2);
            assertThat(follower.patients()).extracting(Patient::id).containsExactly("ann", "bob");
        }
    }

    @Test
    void many_who_change_it_at_once_by_several_cores_leave_each_core_with_the_same() throws Exception {
        List<SqlRegistry> cores = List.of(core(), core(), core());
        try (var threads = Executors.newFixedThreadPool(6)) {
            var all = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 6; thread++) {
                SqlRegistry core = cores.get(thread % cores.size());
                String own = "t" + thread + "-";
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 15; i++) {
                        core.putPatient(patient(own + i, "Doe"));
                        core.putDevice(device(own + i, Optional.of(own + i), Optional.of("g" + i)));
                        core.bind(new DeviceId(own + i), own + i, NOON, Optional.empty());
                        // Whoever changed it sees it at once.
                        assertThat(core.snapshot().servedBy(new DeviceId(own + i), NOON))
                                .isPresent();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        Snapshot whole = core().snapshot();
        assertThat(whole.bindings()).hasSize(90);
        cores.forEach(core -> assertThat(core.refresh()).isEqualTo(whole));
    }

    private void byHand(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void what_is_deleted_by_hand_is_gone_for_who_follows() throws Exception {
        SqlRegistry core = core();
        core.putPatient(patient("ann", "Doe"));
        core.putPatient(patient("bob", "Doe"));
        SqlRegistry follower = core();
        var told = new ArrayList<Difference>();
        follower.onChange(told::add);
        byHand("delete from patient where id = 'ann'");

        follower.refresh();

        assertThat(follower.patients()).extracting(Patient::id).containsExactly("bob");
        assertThat(told).containsExactly(Difference.EVERYTHING);
        assertThat(follower.snapshot()).isEqualTo(core().snapshot());
    }

    @Test
    void what_is_written_by_hand_is_seen_with_the_next_change() throws Exception {
        SqlRegistry core = core();
        core.putPatient(patient("ann", "Doe"));
        SqlRegistry follower = core();
        byHand("update patient set family = 'Roe'");
        core.putPatient(patient("bob", "Doe"));

        follower.refresh();

        assertThat(follower.patient("ann")).map(Patient::family).contains("Roe");
    }

    @Test
    void a_database_that_was_put_back_is_read_as_it_is() throws Exception {
        SqlRegistry core = core();
        core.putPatient(patient("ann", "Doe"));
        byHand("update registry_tail set version = 0; update patient set id = 'eve', changed = 0");

        core.refresh();

        assertThat(core.patients()).extracting(Patient::id).containsExactly("eve");
        assertThat(core.snapshot().version()).isZero();
    }

    @Test
    void a_change_that_fails_leaves_nothing_behind_in_memory() {
        SqlRegistry core = core();
        core.putPatient(patient("ann", "Doe"));
        Snapshot before = core.snapshot();
        var wrong = new Patient("eve", "mrn", "Doe", "Eve", Optional.empty(), "wrong", NOON);
        try {
            core.putPatient(wrong);
        } catch (RegistryException expected) {
            // The database refuses the gender.
        }
        core.refresh();

        assertThat(core.snapshot()).isEqualTo(before);
    }
}
