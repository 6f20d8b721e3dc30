package org.fieldward.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.fieldward.core.journal.Journal.AppendResult.Appended;
import org.fieldward.core.journal.Journal.AppendResult.Duplicate;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.journal.Journal.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

/** What every Journal promises; run against PostgreSQL and against the fake in memory. */
interface JournalContract {

    Journal journal();

    static Arrival arrival(String gateway, long epoch, long first, long last) {
        return new Arrival(
                gateway,
                epoch,
                Lane.VITAL,
                SequenceSet.of(new SequenceRange(first, last)),
                ByteString.copyFromUtf8(first + "-" + last),
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    default void what_was_appended_is_read_back_in_its_order() {
        Journal journal = journal();
        Arrival one = arrival("a", 7, 1, 10);
        Arrival two = arrival("a", 7, 11, 20);

        journal.append(List.of(one, two));

        assertThat(journal.after(0, 10)).extracting(Entry::arrival).containsExactly(one, two);
        assertThat(journal.after(1, 10)).extracting(Entry::arrival).containsExactly(two);
        assertThat(journal.after(0, 1)).hasSize(1);
        assertThat(journal.after(2, 10)).isEmpty();
    }

    @Test
    default void a_reader_of_one_lane_sees_its_entries_only_in_their_order() {
        Journal journal = journal();
        Arrival vital = arrival("a", 7, 1, 10);
        Arrival first = in(Lane.EVENT, arrival("a", 7, 11, 20));
        Arrival second = in(Lane.EVENT, arrival("b", 7, 1, 2));
        journal.append(List.of(vital, first, vital, in(Lane.ALARM, arrival("b", 7, 3, 4)), second));

        assertThat(journal.after(0, Lane.EVENT, 10)).extracting(Entry::arrival).containsExactly(first, second);
        assertThat(journal.after(2, Lane.EVENT, 10)).extracting(Entry::arrival).containsExactly(second);
        assertThat(journal.after(0, Lane.EVENT, 1)).hasSize(1);
    }

    private static Arrival in(Lane lane, Arrival arrival) {
        return new Arrival(
                arrival.gateway(), arrival.epoch(), lane, arrival.covers(), arrival.content(), arrival.arrivedAt());
    }

    @Test
    default void a_batch_that_comes_twice_is_kept_once() {
        Journal journal = journal();
        journal.append(List.of(arrival("a", 7, 1, 10)));

        assertThat(journal.append(List.of(arrival("a", 7, 1, 10)))).containsExactly(new Duplicate());
        assertThat(journal.append(List.of(arrival("a", 7, 3, 5)))).containsExactly(new Duplicate());
        assertThat(journal.after(0, 10)).hasSize(1);
    }

    @Test
    default void of_an_overlapping_batch_only_the_new_sequences_are_fresh() {
        Journal journal = journal();
        journal.append(List.of(arrival("a", 7, 1, 10), arrival("a", 7, 15, 16)));

        SequenceSet fresh = SequenceSet.of(new SequenceRange(11, 14), new SequenceRange(17, 20));
        assertThat(journal.append(List.of(arrival("a", 7, 5, 20)))).containsExactly(new Appended(3, fresh));
        assertThat(journal.after(2, 10)).extracting(Entry::fresh).containsExactly(fresh);
        assertThat(journal.covered("a", 7)).isEqualTo(SequenceSet.of(new SequenceRange(1, 20)));
    }

    @Test
    default void overlaps_within_one_append_are_seen_too() {
        List<Journal.AppendResult> results =
                journal().append(List.of(arrival("a", 7, 1, 10), arrival("a", 7, 5, 12), arrival("a", 7, 1, 12)));

        assertThat(results)
                .containsExactly(
                        new Appended(1, SequenceSet.of(new SequenceRange(1, 10))),
                        new Appended(2, SequenceSet.of(new SequenceRange(11, 12))),
                        new Duplicate());
    }

    static Line line(long next, Line.Life... lives) {
        return new Line(List.of(lives), next);
    }

    private boolean hear(Journal journal, Line line) {
        return journal.hear("a", line, Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    default void a_file_that_goes_on_from_life_to_life_or_begins_anew_is_no_copy() {
        Journal journal = journal();

        assertThat(hear(journal, line(1))).isFalse();
        assertThat(hear(journal, line(10, new Line.Life(7, 0, 1)))).isFalse();
        journal.append(List.of(arrival("a", 7, 1, 9)));
        assertThat(hear(journal, line(10, new Line.Life(7, 0, 1)))).isFalse();
        assertThat(hear(journal, line(20, new Line.Life(7, 0, 1), new Line.Life(8, 7, 10))))
                .isFalse();
        assertThat(hear(journal, line(30, new Line.Life(10, 8, 25)))).isFalse();
        assertThat(hear(journal, line(5, new Line.Life(99, 0, 1))))
                .as("a fresh file after damage")
                .isFalse();
    }

    @Test
    default void two_copies_that_speak_in_turns_are_noticed_each_time() {
        Journal journal = journal();
        Line one = line(30, new Line.Life(7, 0, 1), new Line.Life(8, 7, 10));
        Line other = line(20, new Line.Life(7, 0, 1), new Line.Life(9, 7, 10));
        hear(journal, one);

        assertThat(hear(journal, other)).isTrue();
        assertThat(hear(journal, other)).isFalse();
        assertThat(hear(journal, one)).isTrue();
        assertThat(journal.hear("b", one, Instant.EPOCH)).isFalse();
    }

    @Test
    default void a_copy_that_was_put_back_is_noticed_by_what_its_original_sent_after_it_was_made() {
        Journal journal = journal();
        hear(journal, line(10, new Line.Life(7, 0, 1)));
        journal.append(List.of(arrival("a", 7, 1, 50)));

        assertThat(hear(journal, line(80, new Line.Life(7, 0, 1), new Line.Life(8, 7, 10))))
                .isTrue();
        assertThat(hear(journal, line(90, new Line.Life(7, 0, 1), new Line.Life(8, 7, 10))))
                .as("it was said once")
                .isFalse();
    }

    @Test
    default void an_older_copy_that_has_stored_nothing_yet_is_noticed_too() {
        Journal journal = journal();
        hear(journal, line(10, new Line.Life(7, 0, 1)));
        journal.append(List.of(arrival("a", 7, 1, 50)));

        assertThat(hear(journal, line(10, new Line.Life(7, 0, 1)))).isTrue();
        assertThat(hear(journal, line(51, new Line.Life(7, 0, 1)))).isFalse();
    }

    @Test
    default void gateways_and_lives_of_a_buffer_do_not_mix() {
        Journal journal = journal();
        journal.append(List.of(arrival("a", 7, 1, 10)));

        assertThat(journal.append(List.of(arrival("a", 8, 1, 10), arrival("b", 7, 1, 10))))
                .allMatch(Appended.class::isInstance);
        assertThat(journal.covered("b", 8)).isEqualTo(SequenceSet.EMPTY);
    }
}
