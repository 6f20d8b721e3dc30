package org.fieldward.core.observation.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.observation.follower.Ward.BED;
import static org.fieldward.core.observation.follower.Ward.HEART_RATE;
import static org.fieldward.core.observation.follower.Ward.NOON;
import static org.fieldward.core.observation.follower.Ward.SPO2;
import static org.fieldward.core.observation.follower.Ward.heartRate;
import static org.fieldward.core.observation.follower.Ward.quantity;
import static org.fieldward.core.observation.follower.Ward.reading;
import static org.fieldward.core.observation.follower.Ward.stamp;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.alarm.Alarms;
import org.fieldward.core.observation.alarm.SqlAlarms;
import org.fieldward.core.observation.commitment.Commitments.CommitmentBatch;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.fieldward.proto.tree.RecordCommitment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ObservationFollowerTest {

    private Ward ward = new Ward();

    @AfterEach
    void close() {
        ward.close();
    }

    private static Instant minute(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void in_a_rebound_bed_what_was_measured_before_and_arrives_after_goes_to_the_earlier_patient() {
        Binding first = ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.registry.endBinding(first.number(), minute(30));
        ward.bind(BED, "bob", minute(40), Optional.empty());

        ward.arrives(
                "g", heartRate(BED, minute(50), 90), heartRate(BED, minute(10), 60), heartRate(BED, minute(35), 70));

        assertThat(ward.of("ann")).extracting(o -> o.record().getUnscaled(0)).containsExactly(60L);
        assertThat(ward.of("bob")).extracting(o -> o.record().getUnscaled(0)).containsExactly(90L);
        assertThat(ward.quarantine.counts()).containsEntry("unbound", 1L);
    }

    @Test
    void a_reading_of_an_unbound_device_waits_and_is_attributed_when_the_binding_comes() {
        ward.arrives("g", heartRate(BED, minute(1), 60), heartRate(BED, minute(2), 61));
        assertThat(ward.quarantine.held(Optional.of("unbound"), 0, 10)).hasSize(2);
        assertThat(ward.heard).isEmpty();
        assertThat(ward.steps.getLast().unbound()).hasSize(2);

        ward.bind(BED, "ann", minute(2), Optional.empty());
        ward.settle();

        assertThat(ward.of("ann")).hasSize(1);
        assertThat(ward.of("ann").getFirst().record().getVersion()).isEqualTo(1);
        assertThat(ward.quarantine.held(Optional.of("unbound"), 0, 10)).hasSize(1);
        assertThat(ward.heard).hasSize(1);
        assertThat(ward.steps.getLast().accepted()).hasSize(1);
    }

    @Test
    void a_corrected_binding_makes_a_new_version_and_history_keeps_the_old_one() {
        Binding first = ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives("g", heartRate(BED, minute(1), 60), heartRate(BED, minute(20), 61));

        ward.registry.endBinding(first.number(), minute(10));
        ward.settle();
        assertThat(ward.quarantine.counts()).containsEntry("unbound", 1L);
        ward.bind(BED, "bob", minute(10), Optional.empty());
        ward.settle();

        assertThat(ward.of("ann")).hasSize(1);
        Observed moved = ward.of("bob").getFirst();
        assertThat(moved.record().getVersion()).isEqualTo(2);
        assertThat(moved.record().getPatient()).isEqualTo("bob");
        List<Observed> history = ward.readings.history(new Position(BED, minute(20)));
        assertThat(history).hasSize(1);
        assertThat(history.getFirst().record().getPatient()).isEqualTo("ann");
        assertThat(history.getFirst().record().getVersion()).isEqualTo(1);
    }

    @Test
    void every_version_is_committed_to_by_its_own_salt_at_its_own_place() {
        Binding first = ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives("g", heartRate(BED, minute(1), 60), heartRate(BED, minute(20), 61));
        ward.registry.endBinding(first.number(), minute(10));
        ward.bind(BED, "bob", minute(10), Optional.empty());
        ward.settle();

        var versions = new ArrayList<>(ward.of("ann"));
        versions.addAll(ward.of("bob"));
        versions.addAll(ward.readings.history(new Position(BED, minute(20))));
        List<CommitmentBatch> batches = ward.commitments.after(0, 100);
        assertThat(batches).extracting(CommitmentBatch::number).containsExactly(1L, 2L);
        assertThat(versions).hasSize(3);
        assertThat(versions).extracting(Observed::salt).doesNotHaveDuplicates();
        for (Observed version : versions) {
            byte[] commitment = new RecordCommitment()
                    .of(version.salt().toByteArray(), version.bytes().toByteArray());
            ByteString batch = batches.get((int) version.commitmentBatch() - 1).commitments();
            int at = version.commitmentPosition() * 32;
            assertThat(batch.substring(at, at + 32)).isEqualTo(ByteString.copyFrom(commitment));
        }
    }

    @Test
    void a_batch_that_arrives_twice_is_applied_once() {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        Arrival arrival = ward.arrival("g", heartRate(BED, minute(1), 60));
        ward.journal.append(List.of(arrival, arrival));
        ward.settle();
        ward.journal.append(List.of(arrival));
        ward.settle();

        assertThat(ward.of("ann")).hasSize(1);
        assertThat(ward.heard).hasSize(1);
    }

    @Test
    void two_gateways_that_hear_one_device_make_one_reading() {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives("g1", heartRate(BED, minute(1), 60));
        ward.arrives("g2", heartRate(BED, minute(1), 60), heartRate(BED, minute(2), 61));
        ward.arrives("g1", heartRate(BED, minute(2), 61));

        assertThat(ward.of("ann")).hasSize(2).allMatch(o -> o.record().getVersion() == 1);
        assertThat(ward.quarantine.counts().values()).containsOnly(0L);
    }

    @Test
    void parameters_of_one_instant_that_come_apart_are_put_together() {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives("g", heartRate(BED, minute(1), 60));
        ward.arrives("g", reading(BED, minute(1), quantity(SPO2, "97.5")));

        Observed merged = ward.of("ann").getFirst();
        assertThat(merged.record().getParameterList()).containsExactly(HEART_RATE.number(), SPO2.number());
        assertThat(merged.record().getUnscaledList()).containsExactly(60L, 975L);
        assertThat(merged.record().getVersion()).isEqualTo(2);
        assertThat(ward.readings.history(new Position(BED, minute(1)))).hasSize(1);
    }

    @Test
    void another_value_for_the_same_instant_is_kept_as_a_conflict_and_overwrites_nothing() throws Exception {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives("g1", heartRate(BED, minute(1), 60));
        ward.arrives("g2", reading(BED, minute(1), quantity(HEART_RATE, "75"), quantity(SPO2, "97")));

        StoredReading stored = ward.of("ann").getFirst().record();
        assertThat(stored.getUnscaledList()).containsExactly(60L, 97L);
        assertThat(ward.quarantine.held(Optional.of("conflict"), 0, 10))
                .singleElement()
                .satisfies(held -> {
                    assertThat(held.device()).contains(BED);
                    assertThat(held.measuredAt()).isEqualTo(minute(1));
                    assertThat(held.detail()).contains("heart-rate").doesNotContain("75");
                });
        try (Connection connection = ward.database.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select content from quarantine")) {
            row.next();
            assertThat(StoredReading.parseFrom(row.getBytes(1)).getUnscaledList())
                    .containsExactly(75L, 97L);
        }
    }

    @Test
    void a_repetition_and_a_merge_within_one_batch_are_seen() {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives(
                "g",
                heartRate(BED, minute(1), 60),
                heartRate(BED, minute(1), 60),
                reading(BED, minute(1), quantity(SPO2, "97")));

        assertThat(ward.of("ann")).singleElement().satisfies(one -> {
            assertThat(one.record().getVersion()).isEqualTo(1);
            assertThat(one.record().getParameterCount()).isEqualTo(2);
        });
    }

    @Test
    void a_reading_that_cannot_be_an_observation_is_kept_and_says_why() {
        ward.close();
        ward = new Ward(reading -> reading.values().size() > 1
                ? new Verdict.Refused("Observation.component", "must be one value")
                : new Verdict.Accepted());
        ward.bind(BED, "ann", minute(0), Optional.empty());

        ward.arrives(
                "g",
                heartRate(BED, minute(1), 60),
                reading(BED, minute(2), quantity(HEART_RATE, "60"), quantity(SPO2, "97")));

        assertThat(ward.of("ann")).hasSize(1);
        assertThat(ward.quarantine.held(Optional.of("invalid"), 0, 10))
                .singleElement()
                .satisfies(held -> assertThat(held.detail()).isEqualTo("Observation.component: must be one value"));
        assertThat(ward.steps.getLast().refused()).hasSize(1);
    }

    @Test
    void bytes_that_are_no_batch_are_kept_and_do_not_stop_the_follower() {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.journal.append(List.of(new Arrival(
                "g", 9, Lane.VITAL, SequenceSet.of(new SequenceRange(1, 5)), ByteString.copyFromUtf8("junk"), NOON)));
        ward.arrives("g", heartRate(BED, minute(1), 60));

        assertThat(ward.of("ann")).hasSize(1);
        assertThat(ward.quarantine.held(Optional.of("malformed"), 0, 10))
                .singleElement()
                .satisfies(held -> assertThat(held.device()).isEmpty());
    }

    @Test
    void a_step_that_fails_leaves_nothing_and_is_repeated_whole() throws SQLException {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.journal.append(List.of(ward.arrival("g", heartRate(BED, minute(1), 60), heartRate(BED, minute(2), 61))));
        // The last write of the transaction fails: everything before it must be undone.
        execute(
                "create function fail() returns trigger language plpgsql as $$ begin raise 'power cut'; end $$",
                "create trigger fail before update on follower_cursor for each row execute function fail()");

        assertThatThrownBy(ward.follower::step).isInstanceOf(ObservationException.class);
        assertThat(ward.of("ann")).isEmpty();
        assertThat(ward.commitments.after(0, 10)).isEmpty();
        assertThat(ward.heard).isEmpty();

        execute("drop trigger fail on follower_cursor");
        ward.settle();
        assertThat(ward.of("ann")).hasSize(2);
        assertThat(ward.commitments.after(0, 10))
                .singleElement()
                .satisfies(batch -> assertThat(batch.size()).isEqualTo(2));
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = ward.database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void two_followers_on_one_database_take_turns_and_double_nothing() {
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ObservationFollower other = ward.follower(reading -> new Verdict.Accepted(), ward.journal);
        for (int i = 1; i <= 10; i++) {
            ward.journal.append(
                    List.of(ward.arrival("g", heartRate(BED, minute(i), 60), heartRate(BED, minute(i), 60))));
            ObservationFollower turn = i % 2 == 0 ? other : ward.follower;
            turn.step();
        }

        assertThat(ward.of("ann")).hasSize(10);
        assertThat(ward.commitments.after(0, 100)).hasSize(10);
    }

    @Test
    void paging_in_either_direction_gives_every_reading_once_in_order() {
        DeviceId other = new DeviceId("bed-0");
        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.bind(other, "ann", minute(0), Optional.empty());
        var all = new ArrayList<Reading>();
        for (int i = 0; i < 10; i++) {
            all.add(heartRate(BED, minute(i), 60 + i));
            all.add(heartRate(other, minute(i), 80 + i));
        }
        ward.arrives("g", all.toArray(Reading[]::new));

        for (Optional<String> patient : List.of(Optional.of("ann"), Optional.<String>empty())) {
            List<Long> up = page(patient, false);
            List<Long> down = page(patient, true);
            assertThat(up).hasSize(20).startsWith(80L, 60L, 81L, 61L);
            assertThat(down).isEqualTo(up.reversed());
        }
    }

    private List<Long> page(Optional<String> patient, boolean newestFirst) {
        var values = new ArrayList<Long>();
        Optional<Position> after = Optional.empty();
        while (true) {
            List<Observed> page = ward.readings.find(Ward.query(patient, Optional.empty(), newestFirst, after, 3));
            if (page.isEmpty()) {
                return values;
            }
            page.forEach(one -> values.add(one.record().getUnscaled(0)));
            StoredReading last = page.getLast().record();
            after = Optional.of(new Position(
                    new DeviceId(last.getDevice()),
                    Instant.EPOCH.plusNanos(Math.multiplyExact(last.getMeasuredMicros(), 1_000))));
        }
    }

    @Test
    void an_alarm_goes_from_raised_to_cleared_and_never_back() {
        AlarmChange raised = alarm(AlarmChange.Phase.RAISED);
        AlarmChange cleared = alarm(AlarmChange.Phase.CLEARED);
        var heard = new ArrayList<Alarms.Alarm>();
        ward.alarms.listen(heard::addAll);

        ward.bind(BED, "ann", minute(0), Optional.empty());
        ward.arrives("g", raised);
        assertThat(ward.alarms.active()).singleElement().satisfies(alarm -> {
            assertThat(alarm.latest()).isEqualTo(raised);
            assertThat(alarm.patient()).contains("ann");
        });
        ward.arrives("g", cleared);
        ward.arrives("g", raised);

        assertThat(ward.alarms.active()).isEmpty();
        assertThat(heard).hasSize(2);
    }

    private static AlarmChange alarm(AlarmChange.Phase phase) {
        return new AlarmChange(
                BED,
                stamp(minute(1)),
                "a1",
                AlarmChange.Kind.LIMIT_HIGH,
                AlarmChange.Priority.HIGH,
                phase,
                Optional.of(HEART_RATE),
                "heart rate above its limit");
    }

    @Test
    void the_last_status_of_a_device_is_known() {
        ward.arrives("g", new DeviceStatus(BED, stamp(minute(1)), DeviceStatus.Status.ONLINE));
        ward.arrives("g", new DeviceStatus(BED, stamp(minute(0)), DeviceStatus.Status.LOST));

        assertThat(ward.alarms.deviceStates())
                .extracting(SqlAlarms.DeviceState::status)
                .containsExactly(DeviceStatus.Status.LOST);
    }
}
