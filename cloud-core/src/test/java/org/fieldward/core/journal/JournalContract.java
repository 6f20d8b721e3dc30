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

    @Test
    default void gateways_and_lives_of_a_buffer_do_not_mix() {
        Journal journal = journal();
        journal.append(List.of(arrival("a", 7, 1, 10)));

        assertThat(journal.append(List.of(arrival("a", 8, 1, 10), arrival("b", 7, 1, 10))))
                .allMatch(Appended.class::isInstance);
        assertThat(journal.covered("b", 8)).isEqualTo(SequenceSet.EMPTY);
    }
}
