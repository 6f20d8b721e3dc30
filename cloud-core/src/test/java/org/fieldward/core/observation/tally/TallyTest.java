package org.fieldward.core.observation.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.HEART_RATE;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.SPO2;
import static org.fieldward.core.observation.follower.Ward.heartRate;
import static org.fieldward.core.observation.follower.Ward.quantity;
import static org.fieldward.core.observation.follower.Ward.reading;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.journal.SqlStanding;
import org.fieldward.core.journal.Standing;
import org.fieldward.core.observation.follower.Ward;
import org.fieldward.core.observation.tally.Tallies.Count;
import org.fieldward.core.observation.tally.Tallies.Marks;
import org.fieldward.core.observation.tally.Tallies.Origin;
import org.fieldward.core.observation.tally.Tallies.Span;
import org.fieldward.core.observation.tally.Tallies.Tally;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

/** What is counted beside the readings, on a real database: never another number than the readings themselves give. */
class TallyTest {

    private static final Marks NO_MARKS = new Marks(0, 0, 0);
    private static final Span HOUR = new Span(BED, NOON, NOON.plus(Duration.ofHours(1)));

    private static final Span TWO_HOURS = new Span(BED, NOON, NOON.plus(Duration.ofHours(2)));

    private static final String ADDED_UP = """
            (select device_no, quarter, patient_no, sum(readings)::int8 as readings, sum(parameters)::int8 as parameters,
                sum(waveforms)::int8 as waveforms
            from (select device_no, quarter, patient_no, readings, parameters, waveforms from tally
                union all select device_no, quarter, patient_no, readings, parameters, waveforms from tally_pending) parts
            group by device_no, quarter, patient_no) t where readings <> 0 or waveforms <> 0""";

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private static Tally tally(Ward ward, Span span, Marks marks) {
        return new SqlTallies(ward.database, ward.registry::snapshot)
                .count(List.of(span), marks)
                .getFirst();
    }

    private static SqlTallySums sums(Ward ward) {
        return new SqlTallySums(ward.database);
    }

    @Test
    void readings_and_values_are_counted_by_patient_and_time() {
        try (var ward = new Ward()) {
            ward.bind(BED, "ann", NOON, Optional.of(minute(20)));
            ward.bind(BED, "bob", minute(20), Optional.of(minute(50)));
            ward.arrives(
                    "g",
                    heartRate(BED, minute(0), 60),
                    reading(BED, minute(16), quantity(HEART_RATE, "60"), quantity(SPO2, "97")),
                    heartRate(BED, minute(20), 61),
                    heartRate(BED, minute(45), 62),
                    heartRate(BED, minute(59), 62),
                    heartRate(BED, minute(60), 63));

            Tally tally = tally(ward, HOUR, NO_MARKS);

            assertThat(tally.patients()).isEqualTo(Map.of("ann", new Count(2, 3, 0), "bob", new Count(2, 2, 0)));
            assertThat(tally.waiting()).isEqualTo(new Count(1, 1, 0));
            long noon = NOON.getEpochSecond() / 900;
            assertThat(tally.quarters()).containsExactlyInAnyOrder(noon, noon + 1, noon + 3);
            assertThat(tally.origins()).containsExactly(new Origin("g", 1, 1, 5));
            assertThat(tally(ward, new Span(BED, minute(60), minute(75)), NO_MARKS)
                            .origins())
                    .containsExactly(new Origin("g", 1, 6, 6));
            assertThat(tally(ward, new Span(new DeviceId("other"), NOON, minute(60)), NO_MARKS)
                            .patients())
                    .isEmpty();
        }
    }

    @Test
    void a_repetition_counts_once_a_merge_adds_its_values_and_a_conflict_is_counted_as_set_aside() {
        try (var ward = new Ward()) {
            ward.bind(BED, "ann", NOON, Optional.empty());
            ward.arrives("g", heartRate(BED, minute(1), 60));
            ward.arrives("h", heartRate(BED, minute(1), 60));
            ward.arrives("h", reading(BED, minute(1), quantity(SPO2, "97")));
            ward.arrives("h", heartRate(BED, minute(1), 99));

            Tally tally = tally(ward, HOUR, NO_MARKS);

            assertThat(tally.patients()).isEqualTo(Map.of("ann", new Count(1, 2, 0)));
            assertThat(tally.quarantined()).isEqualTo(Map.of("conflict", 1L));
        }
    }

    @Test
    void what_is_under_a_root_is_counted_to_the_reading_also_within_a_quarter() {
        try (var ward = new Ward()) {
            ward.bind(BED, "ann", NOON, Optional.empty());
            for (int second = 0; second < 6; second++) {
                ward.arrives("g", heartRate(BED, NOON.plusSeconds(second), 60));
            }
            ward.arrives("g", heartRate(BED, minute(30), 60));

            Tally tally = tally(ward, HOUR, new Marks(7, 4, 1));
            assertThat(List.of(tally.signed(), tally.anchored(), tally.finished()))
                    .containsExactly(7L, 4L, 1L);
            assertThat(tally(ward, HOUR, new Marks(6, 6, 0)).signed()).isEqualTo(6);
        }
    }

    @Test
    void a_binding_that_is_corrected_moves_the_counts_with_the_readings() {
        try (var ward = new Ward()) {
            Binding wrong = ward.bind(BED, "ann", NOON, Optional.empty());
            for (int at = 0; at < 40; at++) {
                ward.arrives("g", heartRate(BED, minute(at), 60));
            }
            ward.registry.endBinding(wrong.number(), minute(10));
            ward.settle();
            ward.bind(BED, "bob", minute(30), Optional.empty());
            ward.settle();

            Tally tally = tally(ward, HOUR, NO_MARKS);

            assertThat(tally.patients()).isEqualTo(Map.of("ann", new Count(10, 10, 0), "bob", new Count(10, 10, 0)));
            assertThat(tally.waiting()).isEqualTo(new Count(20, 20, 0));
            // Corrected readings were committed to again, behind those that stayed.
            assertThat(tally(ward, HOUR, new Marks(40, 0, 0)).signed()).isEqualTo(10);
            assertThat(tally(ward, HOUR, new Marks(1_000, 0, 0)).signed()).isEqualTo(20);
        }
    }

    @Test
    void after_any_history_the_counts_are_those_of_the_readings_and_of_an_older_core_that_is_brought_up_to_date()
            throws Exception {
        try (var ward = new Ward()) {
            var random = new Random(7);
            var open = new ArrayList<Binding>();
            int free = 0;
            for (int turn = 0; turn < 120; turn++) {
                int at = random.nextInt(120);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        if (open.isEmpty()) {
                            open.add(ward.bind(BED, "p" + turn, minute(free), Optional.empty()));
                        } else {
                            free += random.nextInt(20);
                            ward.registry.endBinding(open.removeFirst().number(), minute(free));
                        }
                        ward.settle();
                    }
                    case 1 -> ward.arrives("g", reading(BED, minute(at), quantity(SPO2, "97")));
                    default -> ward.arrives("g", heartRate(BED, minute(at), 60 + random.nextInt(2)));
                }
                if (turn % 50 == 49) {
                    sums(ward).addUp();
                }
            }
            // Some of it is added up, some of it is not yet.
            assertThat(rows(ward, "tally")).isNotEmpty();
            assertThat(rows(ward, "tally_pending")).isNotEmpty();
            Tally told = tally(ward, TWO_HOURS, NO_MARKS);
            List<String> kept = rows(ward, ADDED_UP);
            assertThat(kept).hasSizeGreaterThan(8);

            try (Connection connection = ward.database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("delete from tally");
                statement.execute("delete from tally_step");
                statement.execute(backfill());
            }

            assertThat(rows(ward, "tally")).isEqualTo(kept);
            Tally again = tally(ward, TWO_HOURS, NO_MARKS);
            assertThat(again.patients()).isEqualTo(told.patients());
            assertThat(again.waiting()).isEqualTo(told.waiting());
            assertThat(again.quarters()).isEqualTo(told.quarters());
        }
    }

    private static List<String> rows(Ward ward, String from) throws Exception {
        var rows = new ArrayList<String>();
        try (Connection connection = ward.database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select row(device_no, quarter, patient_no, readings, parameters,"
                                + " waveforms)::text from " + from + " order by 1")) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    /** What the migration does for readings that were there before it. */
    private static String backfill() throws Exception {
        try (InputStream in = SqlTallies.class.getResourceAsStream("/db/migration/V80__completeness.sql")) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int begins = script.indexOf("insert into tally ");
            return script.substring(begins, script.indexOf(';', begins));
        }
    }

    @Test
    void what_a_step_counted_is_told_at_once_and_once_whether_it_was_added_up_or_another_core_goes_on()
            throws Exception {
        try (var ward = new Ward()) {
            ward.bind(BED, "ann", NOON, Optional.empty());
            for (int second = 0; second < 200; second++) {
                ward.arrives("g", heartRate(BED, NOON.plusSeconds(second), 60));
                if (second % 64 == 63) {
                    sums(ward).addUp();
                }
                assertThat(tally(ward, HOUR, new Marks(1_000, 100, 0)).patients())
                        .isEqualTo(Map.of("ann", new Count(second + 1, second + 1, 0)));
            }
            Tally before = tally(ward, HOUR, new Marks(150, 100, 0));
            assertThat(before.signed()).isEqualTo(150);
            assertThat(before.anchored()).isEqualTo(100);
            assertThat(before.origins()).containsExactly(new Origin("g", 1, 1, 200));
            assertThat(rows(ward, "tally_pending")).isNotEmpty();

            ward.journal.append(List.of(ward.arrival("g", heartRate(BED, NOON.plusSeconds(200), 60))));
            var other = ward.follower(reading -> new Verdict.Accepted(), ward.journal);
            while (other.step()) {
                continue;
            }
            sums(ward).addUp();

            assertThat(rows(ward, "tally_pending")).isEmpty();
            assertThat(rows(ward, "tally")).hasSize(1).allMatch(row -> row.contains(",201,201,"));
            assertThat(tally(ward, HOUR, NO_MARKS).patients()).isEqualTo(Map.of("ann", new Count(201, 201, 0)));
        }
    }

    @Test
    void the_journal_says_what_it_holds_and_how_far_a_follower_is_behind() {
        try (var ward = new Ward()) {
            var standing = new SqlStanding(ward.database);
            assertThat(standing.held()).isEmpty();
            assertThat(standing.unread("observation")).isZero();

            ward.arrives("g", heartRate(BED, minute(1), 60), heartRate(BED, minute(2), 60));
            ward.journal.append(List.of(ward.arrival("h", heartRate(BED, minute(3), 60))));

            assertThat(standing.held())
                    .containsExactly(
                            new Standing.Held("g", 1, SequenceSet.of(new SequenceRange(1, 2)), 1),
                            new Standing.Held("h", 1, SequenceSet.of(new SequenceRange(3, 3)), 1));
            assertThat(standing.unread("observation")).isEqualTo(1);
        }
    }
}
