package org.fieldward.edge.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockDeciderTest {

    private static final long HOUR = 3_600;
    private static final Instant START = Instant.parse("2026-10-24T22:00:00Z");

    private ClockDecider clock = new ClockDecider(ClockSettings.DEFAULT, 0);

    /** The true time, and the gateway's, in seconds since the start. */
    private long now;

    /** Measures and sends at once, by a clock that is so many seconds behind; says by how many it was put right. */
    private long live(long behind) {
        return said(now - behind, false);
    }

    private long said(long atSecond, boolean whileSending) {
        long said = START.getEpochSecond() + atSecond;
        return clock.on(new Evidence(said * 1000, (now - atSecond) * 1000, whileSending, now * 1000)) / 1000;
    }

    private void liveFor(long seconds, long behind) {
        for (long until = now + seconds; now < until; now++) {
            live(behind);
        }
    }

    @Test
    void a_clock_an_hour_behind_is_put_right_once_its_lag_was_constant_for_three_minutes() {
        liveFor(180, HOUR);
        assertThat(clock.correction()).isZero();

        assertThat(live(HOUR)).isEqualTo(HOUR);
        assertThat(live(HOUR + 20)).isEqualTo(HOUR);
    }

    @Test
    void a_clock_that_is_ahead_is_put_right_with_its_first_word() {
        assertThat(live(-HOUR)).isEqualTo(-HOUR);
    }

    @Test
    void an_hour_that_a_clock_repeats_is_told_apart_from_its_first_word_on() {
        liveFor(2 * HOUR, 0);

        assertThat(live(HOUR)).isEqualTo(HOUR);
        liveFor(2 * HOUR, HOUR);
        assertThat(live(HOUR)).isEqualTo(HOUR);
    }

    @Test
    void an_hour_that_a_clock_repeats_is_told_apart_also_where_it_was_some_minutes_off_before() {
        liveFor(2 * HOUR, 300);

        assertThat(live(HOUR + 300)).isEqualTo(HOUR);
    }

    @Test
    void a_clock_that_was_set_right_is_believed_at_once() {
        liveFor(200, HOUR);
        assertThat(live(0)).isZero();

        clock = new ClockDecider(ClockSettings.DEFAULT, 0);
        live(-HOUR);
        now++;
        assertThat(live(0)).isZero();
    }

    @Test
    void a_clock_that_is_less_wrong_than_before_is_followed_while_it_is_heard_all_the_time() {
        liveFor(400, 2 * HOUR);
        assertThat(clock.correction()).isEqualTo(2 * HOUR * 1000);

        assertThat(live(HOUR)).isEqualTo(HOUR);
    }

    @Test
    void what_a_device_kept_during_an_outage_is_believed_however_fast_it_comes() {
        for (double pace : new double[] {1.2, 2, 10, 100}) {
            clock = new ClockDecider(ClockSettings.DEFAULT, 0);
            now = 0;
            liveFor(600, 0);
            long outage = now;
            now += 24 * HOUR;
            double kept = outage;
            while (kept < now) {
                assertThat(said((long) kept, false)).as("pace " + pace).isZero();
                assertThat(live(0)).isZero();
                now++;
                kept += pace;
            }
        }
    }

    @Test
    void what_a_wearable_brings_of_yesterday_is_believed() {
        now = 24 * HOUR;
        for (long minute = 0; minute < 8 * HOUR; minute += 60) {
            assertThat(said(minute, false)).isZero();
            now += minute % 600 == 0 ? 1 : 0;
        }
    }

    @Test
    void a_summary_of_yesterday_that_comes_each_day_is_no_wrong_clock() {
        for (int day = 1; day < 30; day++) {
            now = day * 24 * HOUR;
            assertThat(live(24 * HOUR)).isZero();
        }
    }

    @Test
    void a_device_whose_way_takes_ten_minutes_is_believed() {
        liveFor(HOUR, 600);

        assertThat(clock.correction()).isZero();
    }

    @Test
    void a_link_that_falls_behind_makes_no_clock_wrong() {
        long behind = 0;
        for (int i = 0; i < 4 * HOUR; i++) {
            behind += i % 2;
            assertThat(live(behind)).isZero();
            now++;
        }
    }

    @Test
    void what_is_sent_again_after_a_broken_connection_is_believed() {
        liveFor(600, 0);
        long unconfirmed = now - 1;
        now += 1800;

        for (int i = 0; i < 20; i++) {
            assertThat(said(unconfirmed - i, false)).isZero();
        }
        assertThat(live(0)).isZero();
    }

    @Test
    void what_was_in_flight_when_a_fast_backlog_was_cut_may_come_again() {
        now = 24 * HOUR;
        for (long kept = 0; kept < 20 * HOUR; kept++) {
            assertThat(said(kept, false)).isZero();
            if (kept % 5_000 == 4_999) {
                for (long again = kept - 1_000; again <= kept; again++) {
                    assertThat(said(again, false)).isZero();
                }
            }
            now += kept % 100 == 0 ? 1 : 0;
        }
        assertThat(clock.isUnsteady()).isFalse();
    }

    @Test
    void a_clock_that_began_again_in_1970_is_put_right_after_twenty_seconds() {
        liveFor(600, 0);
        long since1970 = START.getEpochSecond() + now;

        liveFor(21, since1970);

        assertThat(live(since1970)).isEqualTo(since1970);
    }

    @Test
    void a_clock_that_rolled_over_in_2038_is_put_right_in_both_directions() {
        long era = 1L << 32;

        liveFor(21, era);
        assertThat(live(era)).isEqualTo(era);
        assertThat(live(0)).isZero();
        now++;
        assertThat(live(-era)).isEqualTo(-era);
    }

    @Test
    void a_clock_that_loses_two_seconds_a_day_is_never_put_right_by_seconds() {
        for (int day = 0; day < 365; day++) {
            now = day * 24 * HOUR;
            liveFor(300, 2L * day);
            assertThat(clock.correction()).isZero();
        }
    }

    @Test
    void a_clock_that_gains_two_seconds_a_day_stays_within_the_tolerance() {
        for (int day = 0; day < 365; day++) {
            now = day * 24 * HOUR;
            long correction = live(-2L * day);
            assertThat(2L * day + correction).as("day " + day).isBetween(-120L, 120L);
        }
    }

    @Test
    void a_clock_that_jumps_with_each_message_is_believed_and_said_to_be_unsteady() {
        for (int i = 0; i < 600; i++) {
            long correction = live(i % 2 == 0 ? -HOUR : 0);
            assertThat(correction).isEqualTo(i % 2 == 0 && i < 3 ? -HOUR : 0);
            now++;
        }
        assertThat(clock.isUnsteady()).isTrue();
    }

    @Test
    void an_unsteady_clock_that_calmed_down_is_put_right_again() {
        for (int i = 0; i < 10; i++) {
            live(i % 2 == 0 ? -HOUR : 0);
            now++;
        }
        liveFor(601, -HOUR);

        assertThat(live(-HOUR)).isEqualTo(-HOUR);
        assertThat(clock.isUnsteady()).isFalse();
    }

    @Test
    void a_device_that_says_what_its_clock_shows_is_put_right_within_seconds() {
        for (int i = 0; i <= 20; i += 10) {
            now = 100 + i;
            said(now - 300, true);
        }

        assertThat(clock.correction()).isEqualTo(300_000);
    }

    @Test
    void such_a_device_may_bring_what_is_old_without_being_thought_wrong() {
        for (int i = 0; i < 600; i++) {
            assertThat(said(now, true)).isZero();
            assertThat(said(now - 2 * HOUR, false)).isZero();
            now++;
        }
    }

    @Test
    void messages_that_waited_whole_do_not_make_their_device_wrong() {
        for (long kept = 0; kept < HOUR; kept++) {
            now = HOUR + kept / 2;
            assertThat(said(kept, true)).isZero();
        }
    }

    @Test
    void what_was_known_before_a_restart_holds_until_the_device_contradicts_it() {
        clock = new ClockDecider(ClockSettings.DEFAULT, HOUR * 1000);
        assertThat(live(HOUR)).isEqualTo(HOUR);

        clock = new ClockDecider(ClockSettings.DEFAULT, HOUR * 1000);
        assertThat(live(0)).isZero();
        assertThat(live(HOUR)).isZero();
    }

    @Test
    void a_shorter_tolerance_is_kept_to() {
        clock = new ClockDecider(
                new ClockSettings(true, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60)), 0);
        liveFor(61, 45);

        assertThat(live(45)).isEqualTo(45);
    }
}
