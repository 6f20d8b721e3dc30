package org.fieldward.core.observation.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.HEART_RATE;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.heartRate;
import static org.fieldward.core.observation.follower.Ward.stamp;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever one gateway sends, what the others sent is stored. */
final class HostileGatewayTest {

    private Ward ward = new Ward();

    @AfterEach
    void close() {
        ward.close();
    }

    private static AlarmChange alarm(String name, String detail) {
        return new AlarmChange(
                BED,
                stamp(NOON),
                name,
                AlarmChange.Kind.LIMIT_HIGH,
                AlarmChange.Priority.HIGH,
                AlarmChange.Phase.RAISED,
                Optional.of(HEART_RATE),
                detail);
    }

    private void assertThatOthersAreServed() {
        ward.bind(BED, "ann", NOON, Optional.empty());
        ward.arrives("honest", heartRate(BED, NOON.plusSeconds(1), 60));
        assertThat(ward.of("ann")).hasSize(1);
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = ward.database.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void an_alarm_whose_text_cannot_be_stored_is_kept_and_the_alarms_beside_it_are_raised() {
        ward.arrives("g", alarm("a\0", "x"), alarm("b", "x\0"), alarm("c", "x"));

        assertThat(ward.alarms.active())
                .extracting(alarm -> alarm.latest().alarm())
                .containsExactly("c");
        assertThat(ward.quarantine.counts()).containsEntry("invalid", 2L);
        assertThatOthersAreServed();
    }

    @Test
    void an_alarm_with_an_endless_name_is_kept_and_stops_nobody() {
        String endless =
                new Random(1).ints(9_000, 33, 126).mapToObj(Character::toString).collect(Collectors.joining());
        ward.arrives("g", alarm(endless, "x"));

        assertThat(ward.quarantine.counts()).containsEntry("invalid", 1L);
        assertThatOthersAreServed();
    }

    @Test
    void a_reading_of_a_year_that_fhir_cannot_write_is_refused_by_name() {
        ward.bind(BED, "ann", Instant.parse("-1000-01-01T00:00:00Z"), Optional.empty());
        ward.arrives(
                "g",
                heartRate(BED, Instant.parse("+12000-01-01T00:00:00Z"), 60),
                heartRate(BED, Instant.parse("-0044-03-15T00:00:00Z"), 61),
                heartRate(BED, Micros.instant(Long.MIN_VALUE), 63),
                heartRate(BED, NOON, 62));

        assertThat(ward.of("ann")).extracting(o -> o.record().getUnscaled(0)).containsExactly(62L);
        assertThat(ward.quarantine.held(Optional.of("invalid"), 0, 10))
                .hasSize(3)
                .allMatch(held -> held.detail().contains("year"));
    }

    @Test
    void a_batch_whose_fault_is_told_in_unprintable_words_is_kept() {
        byte[] honest = BatchCodec.encodePlain(List.of(new Sequenced(1, alarm("a", "x"))));
        byte[] broken = new String(honest, StandardCharsets.ISO_8859_1)
                .replace("LIMIT_HIGH", "LIMIT\0HIGH")
                .getBytes(StandardCharsets.ISO_8859_1);
        ward.journal.append(List.of(new Arrival(
                "g", 9, Lane.ALARM, SequenceSet.of(SequenceRange.of(1)), ByteString.copyFrom(broken), NOON)));
        ward.settle();

        assertThat(ward.quarantine.counts()).containsEntry("malformed", 1L);
        assertThatOthersAreServed();
    }

    @Test
    void bytes_that_claim_many_scattered_sequences_are_kept_once() throws Exception {
        SequenceSet scattered = SequenceSet.of(LongStream.rangeClosed(1, 200)
                .mapToObj(i -> SequenceRange.of(2 * i))
                .toList());
        byte[] junk = new byte[100_000];
        ward.journal.append(List.of(new Arrival("g", 9, Lane.VITAL, scattered, ByteString.copyFrom(junk), NOON)));
        ward.settle();

        assertThat(ward.quarantine.counts()).containsEntry("malformed", 200L);
        assertThat(number("select sum(octet_length(content)) from quarantine")).isEqualTo(junk.length);
        assertThat(number("select octet_length(content) from quarantine where first_sequence = 2"))
                .isEqualTo(junk.length);
        assertThatOthersAreServed();
    }

    @Test
    void an_entry_that_no_rule_foresaw_is_set_aside_with_its_bytes_and_only_that_one() throws Exception {
        ward.close();
        ward = new Ward(reading -> {
            if (reading.values().size() > 1) {
                throw new IllegalStateException("nobody foresaw this");
            }
            return new Verdict.Accepted();
        });
        ward.bind(BED, "ann", NOON, Optional.empty());
        var arrivals = new ArrayList<Arrival>();
        arrivals.add(ward.arrival("g1", heartRate(BED, NOON, 60)));
        arrivals.add(ward.arrival(
                "g2",
                Ward.reading(
                        BED, NOON.plusSeconds(1), Ward.quantity(HEART_RATE, "60"), Ward.quantity(Ward.SPO2, "97"))));
        arrivals.add(ward.arrival("g1", heartRate(BED, NOON.plusSeconds(2), 62)));
        ward.journal.append(arrivals);

        int failures = 0;
        for (boolean more = true; more; ) {
            try {
                more = ward.follower.step();
            } catch (RuntimeException e) {
                failures++;
                assertThat(failures).as("steps that failed").isLessThan(10);
            }
        }

        assertThat(ward.of("ann")).extracting(o -> o.record().getUnscaled(0)).containsExactly(60L, 62L);
        assertThat(
                        number(
                                "select count(*) from quarantine where reason = 'malformed' and gateway = 'g2' and content = (select content from journal where gateway = 'g2')"))
                .isEqualTo(1);
    }

    @Test
    void a_store_that_fails_sets_nothing_aside_however_often_the_step_is_repeated() throws Exception {
        ward.bind(BED, "ann", NOON, Optional.empty());
        ward.journal.append(List.of(ward.arrival("g", heartRate(BED, NOON, 60))));
        execute(
                "create function fail() returns trigger language plpgsql as"
                        + " $$ begin raise 'disk full' using errcode = '53100'; end $$",
                "create trigger fail before insert on reading for each row execute function fail()");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(ward.follower::step).isInstanceOf(ObservationException.class);
        }
        execute("drop trigger fail on reading");
        ward.settle();

        assertThat(ward.of("ann")).hasSize(1);
        assertThat(ward.quarantine.counts().values()).containsOnly(0L);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = ward.database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
