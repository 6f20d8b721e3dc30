package org.fieldward.core.observation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.HEART_RATE;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.SPO2;
import static org.fieldward.core.observation.follower.Ward.heartRate;
import static org.fieldward.core.observation.follower.Ward.quantity;
import static org.fieldward.core.observation.follower.Ward.reading;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.commitment.Commitments.CommitmentBatch;
import org.fieldward.core.observation.follower.Ward;
import org.fieldward.core.observation.search.SqlAccepted;
import org.fieldward.core.observation.search.SqlDays;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.tree.RecordCommitment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Readings of one device that come together are kept together, and nobody may notice. */
final class RunTest {

    private static final DeviceId OTHER = new DeviceId("bed-2");

    private Ward ward = new Ward();

    @AfterEach
    void close() {
        ward.close();
    }

    private static Instant second(int seconds) {
        return NOON.plusSeconds(seconds);
    }

    private static Reading[] hearts(DeviceId device, int from, int until) {
        return IntStream.range(from, until)
                .mapToObj(i -> heartRate(device, second(i), 50 + i % 90))
                .toArray(Reading[]::new);
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = ward.database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void isCommittedTo(Observed version) {
        byte[] commitment = new RecordCommitment()
                .of(version.salt().toByteArray(), version.bytes().toByteArray());
        List<CommitmentBatch> batches = ward.commitments.after(version.commitmentBatch() - 1, 1);
        int at = version.commitmentPosition() * 32;
        assertThat(batches.getFirst().commitments().substring(at, at + 32)).isEqualTo(ByteString.copyFrom(commitment));
    }

    @Test
    void each_of_many_is_found_as_it_was_committed_to_and_no_salt_is_used_twice() throws SQLException {
        ward.bind(BED, "ann", NOON, Optional.empty());
        ward.arrives("g", hearts(BED, 0, 1_200));

        assertThat(number("select count(*) from reading")).isZero();
        assertThat(number("select count(*) from reading_run")).isEqualTo(3);
        // What they begin and end with is kept once: what is left are times, sequences and values.
        assertThat(number("select min(length(head)) from reading_run")).isPositive();
        assertThat(number("select min(length(tail)) from reading_run")).isPositive();
        List<Observed> found = ward.of("ann");
        assertThat(found).hasSize(1_200).isEqualTo(ward.heard);
        found.forEach(this::isCommittedTo);
        assertThat(found).extracting(Observed::salt).doesNotHaveDuplicates();
        Observed one = ward.readings.get(new Position(BED, second(777))).orElseThrow();
        assertThat(one).isEqualTo(found.get(777));
    }

    @Test
    void the_newest_come_first_also_across_runs_and_rows() {
        ward.bind(BED, "ann", NOON, Optional.empty());
        ward.arrives("g", hearts(BED, 0, 20));
        ward.arrives("g", heartRate(BED, second(25), 60));
        ward.arrives("g", hearts(BED, 30, 50));

        var query = Ward.query(Optional.of("ann"), Optional.empty(), true, Optional.empty(), 22);
        assertThat(ward.readings.find(query))
                .extracting(o -> o.record().getMeasuredMicros() / 1_000_000 - NOON.getEpochSecond())
                .startsWith(49L, 48L)
                .endsWith(30L, 25L, 19L)
                .hasSize(22);
    }

    @Test
    void what_belongs_to_another_patient_by_a_later_word_gets_a_version_and_its_neighbours_stay() {
        Binding first = ward.bind(BED, "ann", NOON, Optional.empty());
        ward.arrives("g", hearts(BED, 0, 40));
        ward.registry.endBinding(first.number(), second(30));
        ward.bind(BED, "bob", second(30), Optional.empty());
        ward.settle();

        assertThat(ward.of("ann")).hasSize(30).allMatch(o -> o.record().getVersion() == 1);
        assertThat(ward.of("bob")).hasSize(10).allMatch(o -> o.record().getVersion() == 2);
        ward.of("ann").forEach(this::isCommittedTo);
        ward.of("bob").forEach(this::isCommittedTo);
        List<Observed> history = ward.readings.history(new Position(BED, second(35)));
        assertThat(history).hasSize(1);
        isCommittedTo(history.getFirst());
    }

    @Test
    void a_second_gateway_adds_what_it_heard_more_and_doubles_nothing() {
        ward.bind(BED, "ann", NOON, Optional.empty());
        ward.arrives("g", hearts(BED, 0, 40));
        ward.arrives("h", hearts(BED, 0, 60));
        ward.arrives("h", reading(BED, second(7), quantity(SPO2, "97")), heartRate(BED, second(8), 199));

        assertThat(ward.of("ann")).hasSize(60);
        StoredReading merged =
                ward.readings.get(new Position(BED, second(7))).orElseThrow().record();
        assertThat(merged.getParameterList()).containsExactly(HEART_RATE.number(), SPO2.number());
        assertThat(merged.getVersion()).isEqualTo(2);
        assertThat(ward.quarantine.counts()).containsEntry("conflict", 1L);
    }

    @Test
    void after_any_history_the_store_says_what_one_by_one_would_have_made_of_it() {
        for (int seed = 0; seed < 2; seed++) {
            List<List<Entry>> steps = history(new Random(seed));
            List<String> together = told(steps);
            var apart = new ArrayList<List<Entry>>();
            steps.forEach(step -> step.forEach(entry -> apart.add(List.of(entry))));

            assertThat(together).as("seed " + seed).isEqualTo(told(apart));
        }
    }

    /** Live readings, older ones that come later, and repetitions, of two devices; some of another parameter. */
    private static List<List<Entry>> history(Random random) {
        var steps = new ArrayList<List<Entry>>();
        var all = new ArrayList<Entry>();
        for (int i = 0; i < 160; i++) {
            DeviceId device = random.nextInt(4) == 0 ? OTHER : BED;
            all.add(
                    random.nextInt(9) == 0
                            ? reading(device, second(i / 2), quantity(SPO2, Integer.toString(80 + i % 20)))
                            : heartRate(device, second(i / 2), 50 + i / 2));
        }
        int at = 0;
        while (at < all.size()) {
            int next = Math.min(all.size(), at + 1 + random.nextInt(50));
            steps.add(new ArrayList<>(all.subList(at, next)));
            at = next;
        }
        Collections.swap(steps, 0, random.nextInt(steps.size()));
        steps.add(new ArrayList<>(all.subList(20, 20 + random.nextInt(60))));
        return steps;
    }

    /** Versions differ by how often a reading was added to; what counts is what is known at the end. */
    private List<String> told(List<List<Entry>> steps) {
        ward.close();
        ward = new Ward();
        ward.bind(BED, "ann", NOON, Optional.of(second(60)));
        ward.bind(BED, "bob", second(65), Optional.empty());
        ward.bind(OTHER, "cyd", NOON, Optional.empty());
        for (List<Entry> step : steps) {
            ward.arrives("g", step.toArray(Entry[]::new));
        }
        var told = new ArrayList<String>();
        var query = Ward.query(Optional.empty(), Optional.empty(), false, Optional.empty(), 10_000);
        List<Observed> found = ward.readings.find(query);
        for (Observed one : found) {
            isCommittedTo(one);
            told.add(one.record().toBuilder()
                    .clearVersion()
                    .clearSequence()
                    .build()
                    .toString());
        }
        told.add(ward.quarantine.counts().toString());
        agree(query, found);
        return told;
    }

    private void agree(ReadingQuery query, List<Observed> found) {
        List<StoredReading> records = found.stream().map(Observed::record).toList();
        var scanned = new ArrayList<StoredReading>();
        ward.readings.scan(query, scanned::add);
        assertThat(scanned).containsExactlyInAnyOrderElementsOf(records);
        assertThat(ward.readings.count(query, List.of(1L << HEART_RATE.number(), 1L << SPO2.number())))
                .isEqualTo(records.stream()
                        .mapToLong(StoredReading::getParameterCount)
                        .sum());
        assertThat(ward.readings.parameters(query)).isEqualTo(1L << HEART_RATE.number() | 1L << SPO2.number());
        var ofDay = new ArrayList<Observed>();
        new SqlDays(ward.database).read(LocalDate.of(2026, 3, 1), ofDay::add);
        assertThat(ofDay)
                .filteredOn(o -> !o.record().getPatient().isEmpty())
                .containsExactlyInAnyOrderElementsOf(found);
        var accepted = new HashSet<Observed>();
        var reader = new SqlAccepted(ward.database, ward.registry::snapshot);
        for (long after = 0, seen = -1; after != seen; ) {
            seen = after;
            Accepted.Readings page = reader.readings(after);
            accepted.addAll(page.readings());
            after = page.number();
        }
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(found);
        Duration most = Duration.ofSeconds(70);
        var saturated = new ReadingQuery(
                Optional.empty(),
                Optional.of(BED),
                Set.of(SPO2),
                Optional.of(second(10)),
                Optional.of(NOON.plus(most)),
                true,
                Optional.empty(),
                3);
        assertThat(ward.readings.find(saturated))
                .extracting(Observed::record)
                .containsExactlyElementsOf(records.reversed().stream()
                        .filter(r -> r.getDevice().equals(BED.name())
                                && r.getParameterList().contains(SPO2.number())
                                && r.getMeasuredMicros() >= second(10).getEpochSecond() * 1_000_000
                                && r.getMeasuredMicros() < second(70).getEpochSecond() * 1_000_000)
                        .limit(3)
                        .toList());
    }
}
