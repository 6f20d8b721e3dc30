package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.edge.buffer.Readings.alarm;
import static org.fieldward.edge.buffer.Readings.reading;
import static org.fieldward.edge.buffer.Readings.readings;
import static org.fieldward.edge.buffer.Readings.status;
import static org.fieldward.edge.buffer.Readings.waveform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Committed;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Gap.Reason;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

/** What every ReadingBuffer promises; run against SQLite and against the in-memory fake. */
interface ReadingBufferContract {

    SequenceRange ALL = new SequenceRange(1, Long.MAX_VALUE / 2);

    /** The same buffer each time within a test, as after a restart. */
    ReadingBuffer open();

    /** One that has room for {@link #smallRoom} readings at most. */
    ReadingBuffer openSmall();

    int smallRoom();

    /** More readings than it takes at once. */
    int tooMany();

    @Test
    default void sequences_are_consecutive_in_the_order_given_across_lanes() {
        var buffer = open();

        var committed = append(buffer, List.of(reading(1), status(2), reading(3)), List.of(alarm(4)));

        assertThat(committed.appends()).containsExactly(new Stored(1, 3), new Stored(4, 4));
        assertThat(committed.entries())
                .containsExactly(
                        new Sequenced(1, reading(1)),
                        new Sequenced(2, status(2)),
                        new Sequenced(3, reading(3)),
                        new Sequenced(4, alarm(4)));
        assertThat(all(buffer, Lane.VITAL)).containsExactly(new Sequenced(1, reading(1)), new Sequenced(3, reading(3)));
        assertThat(all(buffer, Lane.EVENT)).containsExactly(new Sequenced(2, status(2)));
        assertThat(all(buffer, Lane.ALARM)).containsExactly(new Sequenced(4, alarm(4)));
    }

    @Test
    default void a_sequence_number_is_never_reused_even_after_the_buffer_emptied_and_restarted() {
        var buffer = open();
        append(buffer, readings(3));
        confirm(buffer, new SequenceRange(1, 3));
        buffer.close();

        var again = open();

        assertThat(again.nextSequence()).isEqualTo(4);
        assertThat(append(again, readings(1)).appends()).containsExactly(new Stored(4, 4));
    }

    @Test
    default void what_was_committed_is_there_after_a_restart_until_it_is_confirmed() {
        var buffer = open();
        append(buffer, readings(2500));
        buffer.close();

        var again = open();
        assertThat(all(again, Lane.VITAL)).hasSize(2500);
        assertThat(again.backlog(Lane.VITAL).records()).isEqualTo(2500);

        confirm(again, new SequenceRange(1, 2500));
        assertThat(all(again, Lane.VITAL)).isEmpty();
        assertThat(again.backlog(Lane.VITAL)).isEqualTo(new ReadingBuffer.Backlog(0, Optional.empty()));
        assertThat(again.usage().bytesUsed()).isZero();
    }

    @Test
    default void a_confirmation_in_the_middle_forgets_exactly_what_it_names() {
        var buffer = open();
        append(buffer, readings(100));

        confirm(buffer, new SequenceRange(10, 19), new SequenceRange(31, 31), new SequenceRange(95, 200));

        assertThat(sequences(buffer))
                .isEqualTo(
                        SequenceSet.of(new SequenceRange(1, 9), new SequenceRange(20, 30), new SequenceRange(32, 94)));
        assertThat(buffer.backlog(Lane.VITAL).records()).isEqualTo(83);
    }

    @Test
    default void a_confirmation_that_spans_many_groups_takes_both_ragged_ends() {
        var buffer = open();
        for (int i = 0; i < 10; i++) {
            append(buffer, readings(10), List.of(alarm(i)));
        }

        confirm(buffer, new SequenceRange(5, 100));

        assertThat(sequences(buffer)).isEqualTo(SequenceSet.of(new SequenceRange(1, 4), new SequenceRange(101, 109)));
        assertThat(all(buffer, Lane.ALARM)).extracting(Sequenced::sequence).containsExactly(110L);
    }

    @Test
    default void repeating_a_confirmation_is_harmless_and_so_is_one_for_the_future() {
        var buffer = open();
        append(buffer, readings(10));

        for (int i = 0; i < 3; i++) {
            confirm(buffer, new SequenceRange(1, 4), new SequenceRange(1000, 2000));
        }

        assertThat(sequences(buffer)).isEqualTo(SequenceSet.of(new SequenceRange(5, 10)));
        assertThat(append(buffer, readings(1)).appends()).containsExactly(new Stored(11, 11));
    }

    @Test
    default void a_read_leaves_out_what_is_under_way_and_what_lies_outside() {
        var buffer = open();
        for (int i = 0; i < 5; i++) {
            append(buffer, readings(10));
        }

        Slice slice = buffer.read(
                        Lane.VITAL,
                        new SequenceRange(5, 44),
                        SequenceSet.of(new SequenceRange(1, 12), new SequenceRange(25, 33)),
                        1000)
                .orElseThrow();

        assertThat(slice.sequences()).isEqualTo(SequenceSet.of(new SequenceRange(13, 24), new SequenceRange(34, 44)));
        assertThat(BatchCodec.decode(slice.content().toByteArray()))
                .extracting(Sequenced::sequence)
                .containsExactlyElementsOf(numbers(slice.sequences()));
    }

    @Test
    default void a_read_gives_no_more_than_asked_for_and_begins_with_the_lowest() {
        var buffer = open();
        append(buffer, readings(700));

        Slice slice = buffer.read(Lane.VITAL, ALL, SequenceSet.EMPTY, 100).orElseThrow();

        assertThat(slice.sequences()).isEqualTo(SequenceSet.of(new SequenceRange(1, 100)));
    }

    @Test
    default void when_full_a_reading_is_refused_and_an_alarm_still_goes_in() {
        var buffer = openSmall();
        List<Reading> some = readings(smallRoom() / 70);
        while (append(buffer, some).appends().getFirst() instanceof Stored) {
            assertThat(buffer.nextSequence()).isLessThan(smallRoom() + 1000);
        }
        long next = buffer.nextSequence();

        Committed committed = append(buffer, some, List.of(alarm(1)));

        assertThat(committed.appends().getFirst()).isInstanceOf(Full.class);
        assertThat(committed.appends().get(1)).isEqualTo(new Stored(next, next));
        assertThat(committed.entries()).containsExactly(new Sequenced(next, alarm(1)));
    }

    @Test
    default void room_returns_with_a_confirmation() {
        var buffer = openSmall();
        List<Reading> some = readings(smallRoom() / 70);
        while (append(buffer, some).appends().getFirst() instanceof Stored) {
            assertThat(buffer.nextSequence()).isLessThan(smallRoom() + 1000);
        }

        confirm(buffer, new SequenceRange(1, buffer.nextSequence()));

        assertThat(append(buffer, some).appends().getFirst()).isInstanceOf(Stored.class);
    }

    @Test
    default void readings_take_the_place_of_waveforms_and_every_lost_block_is_in_a_gap() {
        var buffer = openSmall();
        int blocks = storeWaveforms(buffer);
        int readings = 0;
        int some = smallRoom() / 70;
        while (append(buffer, readings(some)).appends().getFirst() instanceof Stored) {
            readings += some;
        }

        List<Gap> gaps = tell(buffer);

        assertThat(buffer.backlog(Lane.VITAL).records()).isEqualTo(readings);
        assertThat(count(gaps, Lane.WAVEFORM, Reason.THINNED)).isPositive();
        assertThat(count(gaps, Lane.WAVEFORM, Reason.EVICTED)).isPositive();
        assertThat(all(buffer, Lane.WAVEFORM).size()
                        + count(gaps, Lane.WAVEFORM, Reason.THINNED)
                        + count(gaps, Lane.WAVEFORM, Reason.EVICTED))
                .isEqualTo(blocks);
        assertThat(count(gaps, Lane.VITAL, Reason.REFUSED)).isEqualTo(some);
        assertThat(buffer.lost().get(Lane.VITAL)).isEqualTo(Map.of(Reason.REFUSED, (long) some));
    }

    @Test
    default void waveforms_are_thinned_before_the_oldest_goes_and_never_take_the_share_of_readings() {
        var buffer = openSmall();
        append(buffer, readings(50));
        int blocks = 0;
        while (buffer.lost().isEmpty()) {
            assertThat(append(buffer, List.of(waveform(blocks++, 1000)))
                            .appends()
                            .getFirst())
                    .isInstanceOf(Stored.class);
        }
        assertThat(buffer.lost().get(Lane.WAVEFORM)).containsOnlyKeys(Reason.THINNED);
        assertThat(all(buffer, Lane.WAVEFORM).getFirst().entry()).isEqualTo(waveform(0, 1000));

        for (int i = 0; i < 3 * blocks; i++) {
            append(buffer, List.of(waveform(blocks + i, 1000)));
        }

        assertThat(buffer.lost().get(Lane.WAVEFORM))
                .hasSizeGreaterThan(1)
                .containsKey(Reason.THINNED)
                .doesNotContainKey(Reason.REFUSED);
        assertThat(all(buffer, Lane.WAVEFORM)).isNotEmpty();
        assertThat(buffer.usage().bytesUsed()).isLessThan(buffer.usage().bytesAllowed() / 2);
        assertThat(all(buffer, Lane.VITAL)).hasSize(50);
    }

    @Test
    default void a_gap_says_whose_what_and_when_and_is_told_once() {
        var buffer = openSmall();
        var many = IntStream.range(0, tooMany())
                .mapToObj(i -> reading(12 * (1000 + i)))
                .toList();
        append(buffer, many);
        append(buffer, many);

        Gap gap = tell(buffer).stream()
                .filter(one -> one.device().equals(many.getFirst().device()))
                .findFirst()
                .orElseThrow();

        assertThat(gap.count()).isEqualTo(2L * tooMany());
        assertThat(gap.from()).isEqualTo(many.getFirst().stamp().measuredAt());
        assertThat(gap.to()).isEqualTo(many.getLast().stamp().measuredAt());
        assertThat(gap.lost()).isEqualTo(Lane.VITAL);
        assertThat(gap.reason()).isEqualTo(Reason.REFUSED);
        assertThat(all(buffer, Lane.EVENT)).extracting(Sequenced::entry).contains(gap);
        assertThat(tell(buffer)).isEmpty();
    }

    @Test
    default void gaps_wait_together_while_those_told_before_are_not_confirmed() {
        var buffer = openSmall();
        var tooMany = readings(tooMany());
        append(buffer, tooMany);
        List<Gap> first = tell(buffer);
        append(buffer, tooMany);
        append(buffer, tooMany);

        assertThat(tell(buffer)).isEmpty();
        confirm(buffer, new SequenceRange(1, buffer.nextSequence()));
        List<Gap> second = tell(buffer);

        assertThat(second).hasSameSizeAs(first);
        assertThat(count(second, Lane.VITAL, Reason.REFUSED)).isEqualTo(2L * tooMany.size());
    }

    @Test
    default void a_refused_alarm_is_no_gap_because_it_is_stored_again_until_it_is_there() {
        var buffer = openSmall();

        append(
                buffer,
                Stream.concat(readings(tooMany()).stream(), Stream.of(alarm(1))).toList());

        assertThat(buffer.lost()).containsOnlyKeys(Lane.VITAL);
    }

    /** Tells of the gaps, and gives those back. */
    static List<Gap> tell(ReadingBuffer buffer) {
        return buffer
                .commit(new Group(
                        List.of(),
                        List.of(),
                        SequenceSet.EMPTY,
                        List.of(),
                        Optional.of(Readings.stamp(100_000)),
                        false,
                        List.of()))
                .entries()
                .stream()
                .map(one -> (Gap) one.entry())
                .toList();
    }

    static long count(List<Gap> gaps, Lane lane, Reason reason) {
        return gaps.stream()
                .filter(gap -> gap.lost() == lane && gap.reason() == reason)
                .mapToLong(Gap::count)
                .sum();
    }

    /** As many as their share allows. */
    static int storeWaveforms(ReadingBuffer buffer) {
        int blocks = 0;
        while (buffer.usage().bytesUsed() < buffer.usage().bytesAllowed() / 3) {
            append(buffer, List.of(waveform(blocks++, 1000)));
        }
        assertThat(buffer.lost()).isEmpty();
        return blocks;
    }

    @SafeVarargs
    static Committed append(ReadingBuffer buffer, List<? extends Entry>... appends) {
        return buffer.commit(new Group(
                Arrays.stream(appends)
                        .map(entries -> new Append(entries, OptionalLong.empty()))
                        .toList(),
                List.of(),
                SequenceSet.EMPTY,
                List.of()));
    }

    static void confirm(ReadingBuffer buffer, SequenceRange... ranges) {
        buffer.commit(new Group(List.of(), List.of(), SequenceSet.of(ranges), List.of()));
    }

    /** Everything of a lane, read in several steps as sync reads it. */
    static List<Sequenced> all(ReadingBuffer buffer, Lane lane) {
        var found = new ArrayList<Sequenced>();
        SequenceSet seen = SequenceSet.EMPTY;
        while (true) {
            var slice = buffer.read(lane, ALL, seen, 1000);
            if (slice.isEmpty()) {
                return found;
            }
            found.addAll(BatchCodec.decode(slice.get().content().toByteArray()));
            seen = seen.plus(slice.get().sequences());
        }
    }

    static SequenceSet sequences(ReadingBuffer buffer) {
        return SequenceSet.of(all(buffer, Lane.VITAL).stream()
                .map(one -> SequenceRange.of(one.sequence()))
                .toList());
    }

    private static List<Long> numbers(SequenceSet set) {
        var numbers = new ArrayList<Long>();
        set.ranges().forEach(range -> {
            for (long i = range.first(); i <= range.last(); i++) {
                numbers.add(i);
            }
        });
        return numbers;
    }
}
