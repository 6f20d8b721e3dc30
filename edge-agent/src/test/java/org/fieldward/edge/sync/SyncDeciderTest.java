package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.edge.sync.SyncAction.Connect;
import org.fieldward.edge.sync.SyncAction.Hangup;
import org.fieldward.edge.sync.SyncAction.Nothing;
import org.fieldward.edge.sync.SyncAction.Send;
import org.fieldward.edge.sync.SyncAction.Source;
import org.fieldward.edge.sync.SyncEvent.Confirmed;
import org.fieldward.edge.sync.SyncEvent.LinkDown;
import org.fieldward.edge.sync.SyncEvent.NothingThere;
import org.fieldward.edge.sync.SyncEvent.Refused;
import org.fieldward.edge.sync.SyncEvent.Sent;
import org.fieldward.edge.sync.SyncEvent.Stored;
import org.fieldward.edge.sync.SyncEvent.Tick;
import org.fieldward.edge.sync.SyncEvent.Welcomed;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

class SyncDeciderTest {

    private static final Source LIVE = new Source(Lane.VITAL, false);
    private static final Source BACKLOG = new Source(Lane.VITAL, true);

    private final AtomicLong next = new AtomicLong(1001);
    private final AtomicLong sessions = new AtomicLong();
    private final SyncDecider decider =
            new SyncDecider(SyncSettings.DEFAULT, next::get, sessions::incrementAndGet, () -> 0.5, () -> true, 0);

    @Test
    void alarms_of_the_outage_go_first_then_live_readings_then_the_backlog() {
        decider.on(new Tick(), 0);
        SyncAction action = decider.on(new Welcomed(1, 8, 2), 10);
        assertThat(source(action)).isEqualTo(new Source(Lane.ALARM, false));
        action = decider.on(new NothingThere(source(action)), 10);
        assertThat(source(action)).isEqualTo(new Source(Lane.ALARM, true));
        action = decider.on(new Sent(source(action), range(900, 900), 100), 10);
        action = decider.on(new NothingThere(source(action)), 10);
        assertThat(source(action)).isEqualTo(new Source(Lane.EVENT, false));
        action = decider.on(new NothingThere(source(action)), 10);
        action = decider.on(new NothingThere(source(action)), 10);
        assertThat(source(action)).isEqualTo(LIVE);
        assertThat(((Send) action).within().first()).isEqualTo(1001);
        action = decider.on(new NothingThere(LIVE), 10);
        action = decider.on(new NothingThere(source(action)), 10);
        assertThat(source(action)).isEqualTo(BACKLOG);
        assertThat(((Send) action).within()).isEqualTo(new SequenceRange(1, 1000));
        assertThat(((Send) action).excluding()).isEqualTo(range(900, 900));
    }

    @Test
    void the_backlog_leaves_room_in_the_window_for_what_is_new() {
        online(4);
        SyncAction action = untilBacklog(decider.on(new Tick(), 10));
        action = decider.on(new Sent(BACKLOG, range(1, 100), 100), 20);
        action = decider.on(new Sent(BACKLOG, range(101, 200), 100), 20);
        assertThat(action).isEqualTo(new Nothing());

        action = decider.on(new Stored(Lane.VITAL, 1), 30);
        assertThat(source(action)).isEqualTo(LIVE);
        action = decider.on(new Sent(LIVE, range(1001, 1001), 100), 30);
        assertThat(action).isEqualTo(new Nothing());
        assertThat(source(decider.on(new Stored(Lane.ALARM, 1), 31))).isEqualTo(new Source(Lane.ALARM, false));
    }

    @Test
    void waveforms_come_last_of_all_also_behind_the_backlog_and_leave_room_in_the_window() {
        online(4);
        SyncAction action = untilBacklog(decider.on(new Tick(), 10));
        action = decider.on(new NothingThere(BACKLOG), 10);
        action = decider.on(new NothingThere(source(action)), 10);
        assertThat(source(action)).isEqualTo(new Source(Lane.WAVEFORM, false));

        action = decider.on(new Sent(new Source(Lane.WAVEFORM, false), range(1001, 1002), 100), 20);
        assertThat(source(action)).isEqualTo(new Source(Lane.WAVEFORM, true));
        assertThat(decider.on(new Sent(new Source(Lane.WAVEFORM, true), range(1, 2), 100), 20))
                .isEqualTo(new Nothing());
        assertThat(source(decider.on(new Stored(Lane.VITAL, 1), 30))).isEqualTo(LIVE);
    }

    @Test
    void waveforms_wait_for_a_core_that_can_read_them() {
        decider.on(new Tick(), 0);
        var asked = new ArrayList<Lane>();
        SyncAction action = decider.on(new Welcomed(1, 8, 1), 0);
        while (action instanceof Send send) {
            asked.add(send.source().lane());
            action = decider.on(new NothingThere(send.source()), 10);
        }

        assertThat(asked).contains(Lane.VITAL, Lane.TREND).doesNotContain(Lane.WAVEFORM);
        assertThat(decider.on(new Stored(Lane.WAVEFORM, 1), 20)).isEqualTo(new Nothing());
        assertThat(decider.wakeAt(2_000)).isEqualTo(3_000);
    }

    @Test
    void a_small_batch_waits_for_company_only_while_one_of_its_lane_is_under_way() {
        online(8);
        drain(decider.on(new Tick(), 10));
        assertThat(source(decider.on(new Stored(Lane.VITAL, 1), 100))).isEqualTo(LIVE);
        drain(decider.on(new Sent(LIVE, range(1001, 1001), 100), 100));

        assertThat(decider.on(new Stored(Lane.VITAL, 1), 101)).isEqualTo(new Nothing());
        assertThat(decider.on(new Tick(), 120)).isEqualTo(new Nothing());
        assertThat(source(decider.on(new Tick(), 151))).isEqualTo(LIVE);
    }

    @Test
    void a_full_window_is_waited_out_without_asking_again_and_again() {
        online(4);
        untilBacklog(decider.on(new Tick(), 10));
        decider.on(new Sent(BACKLOG, range(1, 100), 100), 20);
        decider.on(new Sent(BACKLOG, range(101, 200), 100), 20);
        decider.on(new Sent(LIVE, range(1001, 1001), 100), 20);

        assertThat(decider.on(new Stored(Lane.VITAL, 1), 100)).isEqualTo(new Nothing());
        assertThat(decider.on(new Tick(), 200)).isEqualTo(new Nothing());
        assertThat(decider.wakeAt(200)).isEqualTo(1200);
    }

    @Test
    void a_link_without_progress_is_ended_whatever_it_says() {
        online(8);
        untilBacklog(decider.on(new Tick(), 10));
        decider.on(new Sent(BACKLOG, range(1, 100), 100), 20);

        assertThat(decider.on(new Tick(), 30_019)).isNotInstanceOf(Hangup.class);
        assertThat(decider.on(new Tick(), 30_020)).isEqualTo(new Hangup(1));
    }

    @Test
    void an_idle_link_is_left_in_peace() {
        online(8);
        drain(decider.on(new Tick(), 10));

        assertThat(decider.on(new Tick(), 3_600_000)).isEqualTo(new Nothing());
    }

    @Test
    void the_end_of_an_old_session_cannot_hurt_the_new_one() {
        online(8);
        decider.on(new LinkDown(1), 100);
        assertThat(decider.on(new Tick(), 10_000)).isEqualTo(new Connect(2));

        assertThat(decider.on(new LinkDown(1), 10_001)).isEqualTo(new Nothing());
        assertThat(decider.on(new Welcomed(1, 8, 2), 10_002)).isEqualTo(new Nothing());
        assertThat(decider.state()).isInstanceOf(SyncDecider.State.Connecting.class);
        decider.on(new Welcomed(2, 8, 2), 10_003);
        assertThat(decider.on(new Confirmed(1, range(1, 5)), 10_004)).isEqualTo(new Nothing());
        assertThat(decider.state()).isInstanceOf(SyncDecider.State.Online.class);
    }

    @Test
    void the_backoff_doubles_with_jitter_and_starts_anew_only_after_a_stable_session() {
        long now = 0;
        long[] waits = new long[4];
        for (int i = 0; i < 4; i++) {
            now = dial(now);
            decider.on(new LinkDown(sessions.get()), now);
            waits[i] = decider.wakeAt(now) - now;
        }
        // Half of 1, 2, 4, 8 s: the test's chance is always 0.5.
        assertThat(waits).containsExactly(500, 1000, 2000, 4000);

        now = dial(now);
        decider.on(new Welcomed(sessions.get(), 8, 2), now);
        decider.on(new LinkDown(sessions.get()), now + 1000);
        assertThat(decider.wakeAt(now + 1000) - now - 1000).isEqualTo(8000);

        now = dial(now + 1000);
        decider.on(new Welcomed(sessions.get(), 8, 2), now);
        decider.on(new LinkDown(sessions.get()), now + 60_000);
        assertThat(decider.wakeAt(now + 60_000) - now - 60_000).isEqualTo(500);
    }

    @Test
    void where_no_session_number_can_be_had_the_next_try_waits_as_after_any_failure() {
        var noNumbers = new SyncDecider(
                SyncSettings.DEFAULT,
                next::get,
                () -> {
                    throw new IllegalStateException("the disk is full");
                },
                () -> 0.5,
                () -> true,
                0);

        assertThatThrownBy(() -> noNumbers.on(new Tick(), 0)).hasMessage("the disk is full");
        assertThat(noNumbers.wakeAt(0)).isEqualTo(500);
        assertThat(noNumbers.on(new Tick(), 499)).isEqualTo(new Nothing());
        assertThatThrownBy(() -> noNumbers.on(new Tick(), 500)).hasMessage("the disk is full");
        assertThat(noNumbers.wakeAt(500)).isEqualTo(1500);
    }

    @Test
    void a_refusal_with_a_time_is_obeyed_and_spread() {
        dial(0);

        assertThat(decider.on(new Refused(1, Optional.of(Duration.ofSeconds(40))), 0))
                .isEqualTo(new Hangup(1));
        assertThat(decider.wakeAt(0)).isEqualTo(50_000);
    }

    @Test
    void turned_away_in_the_middle_it_sends_what_was_not_confirmed_again() {
        online(8);
        untilBacklog(decider.on(new Tick(), 10));
        decider.on(new Sent(BACKLOG, range(1, 1000), 100), 20);

        assertThat(decider.on(new Refused(1, Optional.of(Duration.ofSeconds(10))), 1000))
                .isEqualTo(new Hangup(1));
        assertThat(decider.wakeAt(1000)).isEqualTo(13_500);
        SyncAction action = untilBacklog(decider.on(new Welcomed(2, 8, 2), dial(13_500)));

        assertThat(((Send) action).within()).isEqualTo(new SequenceRange(1, 1000));
        assertThat(((Send) action).excluding()).isEqualTo(SequenceSet.EMPTY);
    }

    @Test
    void turned_away_without_a_time_it_stays_away_twice_as_long_each_time() {
        long now = 0;
        for (long pause = 500; pause <= 16_000; pause *= 2) {
            now = dial(now);
            decider.on(new Refused(sessions.get(), Optional.empty()), now);

            assertThat(decider.wakeAt(now)).isEqualTo(now + pause);
        }
    }

    @Test
    void nobody_waits_for_a_welcome_for_ever() {
        dial(0);

        assertThat(decider.on(new Tick(), 19_999)).isEqualTo(new Nothing());
        assertThat(decider.on(new Tick(), 20_000)).isEqualTo(new Hangup(1));
    }

    @Test
    void what_could_not_go_out_while_it_was_new_joins_the_backlog() {
        online(8);
        drain(decider.on(new Tick(), 1000));
        next.set(2001);
        for (long now = 2000; now <= 11_000; now += 1000) {
            drain(decider.on(new Tick(), now));
        }

        SyncAction action = untilBacklog(decider.on(new Tick(), 12_000));

        assertThat(((Send) action).within()).isEqualTo(new SequenceRange(1, 2000));
    }

    private long dial(long now) {
        for (long at = now; ; at += 100) {
            if (decider.on(new Tick(), at) instanceof Connect) {
                return at;
            }
        }
    }

    private void online(int window) {
        decider.on(new Tick(), 0);
        decider.on(new Welcomed(1, window, 2), 0);
    }

    private SyncAction untilBacklog(SyncAction first) {
        SyncAction action = first;
        while (action instanceof Send send && !send.source().equals(BACKLOG)) {
            action = decider.on(new NothingThere(send.source()), 10);
        }
        assertThat(source(action)).isEqualTo(BACKLOG);
        return action;
    }

    private void drain(SyncAction first) {
        SyncAction action = first;
        while (action instanceof Send send) {
            action = decider.on(new NothingThere(send.source()), 10);
        }
    }

    private static Source source(SyncAction action) {
        assertThat(action).isInstanceOf(Send.class);
        return ((Send) action).source();
    }

    private static SequenceSet range(long first, long last) {
        return SequenceSet.of(new SequenceRange(first, last));
    }
}
