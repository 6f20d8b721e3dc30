package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.pace.PaceSettings;
import org.fieldward.edge.pace.PaceSettings.BacklogOrder;
import org.fieldward.edge.sync.ThinLink.Arrived;
import org.fieldward.proto.reading.Lane;
import org.junit.jupiter.api.Test;

/** What thin, dying and metered links are promised: live first, nothing wasted, no byte over the cap. */
class ThinLinkTest {

    /** 50 kbit/s. */
    private static final long THIN = 6_250;

    private static PaceSettings pace(BacklogOrder order, long cap, long liveDelayMillis) {
        return new PaceSettings(order, cap, Optional.empty(), Duration.ofMillis(liveDelayMillis));
    }

    @Test
    void while_a_backlog_drains_over_a_thin_link_new_readings_and_alarms_do_not_queue_behind_it() {
        var link = afterAnOutage(pace(BacklogOrder.OLDEST_FIRST, 0, 2_000));
        var careless = afterAnOutage(pace(BacklogOrder.OLDEST_FIRST, 0, 60_000));

        assertThat(longest(link, Lane.VITAL)).isLessThan(6_000);
        assertThat(longest(link, Lane.ALARM)).isLessThan(6_000);
        assertThat(longest(careless, Lane.ALARM)).as("the same without it").isGreaterThan(6_000);
        assertThat(link.wireBytes).as("and the link is used").isGreaterThan(THIN * 120 * 8 / 10);
    }

    private static ThinLink afterAnOutage(PaceSettings pace) {
        var link = new ThinLink(THIN, pace);
        link.backlog(Lane.VITAL, 200_000);
        link.run(Duration.ofSeconds(30), 10);
        for (int i = 0; i < 9; i++) {
            link.store(Lane.ALARM, 1);
            link.run(Duration.ofSeconds(10), 10);
        }
        return link;
    }

    private static long longest(ThinLink link, Lane lane) {
        return link.arrived.stream()
                .filter(one -> one.lane() == lane && one.storedAt() > 0 && !one.late())
                .mapToLong(Arrived::took)
                .max()
                .orElseThrow();
    }

    /** 43,200 readings of 10 bytes are 70 s of this link; in sessions of 20 s, of which up to 3 are spent on calling. */
    @Test
    void a_link_that_dies_every_twenty_seconds_still_carries_the_backlog_and_little_of_it_twice() {
        var link = new ThinLink(THIN, PaceSettings.DEFAULT);
        link.backlog(Lane.VITAL, 43_200);
        long before = link.wireBytes;

        link.run(Duration.ofSeconds(240), 0, Duration.ofSeconds(20));

        assertThat(link.waiting(Lane.VITAL)).isZero();
        assertThat(link.arrived).hasSizeGreaterThanOrEqualTo(43_200);
        assertThat(link.wireBytes - before)
                .as("sent, of which only what was under way when it died is sent again")
                .isLessThan(43_200 * 10 * 14 / 10);
    }

    @Test
    void a_cap_holds_on_average_and_alarms_do_not_wait_for_it() {
        long cap = 1_000;
        var link = new ThinLink(100_000, pace(BacklogOrder.OLDEST_FIRST, cap, 2_000));
        link.backlog(Lane.VITAL, 20_000);
        link.run(Duration.ofSeconds(60), 5);
        link.store(Lane.ALARM, 1);
        link.run(Duration.ofSeconds(60), 5);

        for (long from = 0; from < 60_000; from += 1_000) {
            long sent = link.sentBytes.subMap(from, from + 60_000).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(sent).as("in the minute from %d ms on", from).isBetween(cap * 50, cap * 64);
        }
        assertThat(longest(link, Lane.ALARM)).isLessThan(400);
        assertThat(longest(link, Lane.VITAL)).isLessThan(6_000);
    }

    @Test
    void the_newest_of_the_backlog_goes_first_where_that_is_wanted() {
        var link = new ThinLink(THIN, pace(BacklogOrder.NEWEST_FIRST, 0, 2_000));
        link.backlog(Lane.VITAL, 5_000);
        link.backlog(Lane.TREND, 10);
        link.backlog(Lane.VITAL, 50_000);
        link.run(Duration.ofSeconds(30), 0);
        List<Long> first = late(link);

        link.run(Duration.ofSeconds(120), 0);

        assertThat(first).allMatch(sequence -> sequence > 55_010 - first.size() - 2 * 4_000);
        assertThat(link.waiting(Lane.VITAL)).as("to the last").isZero();
        assertThat(link.waiting(Lane.TREND)).isZero();
        assertThat(late(link)).as("and nothing twice").doesNotHaveDuplicates();
    }

    @Test
    void the_oldest_goes_first_by_default() {
        var link = new ThinLink(THIN, PaceSettings.DEFAULT);
        link.backlog(Lane.VITAL, 50_000);
        link.run(Duration.ofSeconds(30), 0);

        assertThat(late(link)).isSorted().startsWith(1L);
    }

    private static List<Long> late(ThinLink link) {
        return link.arrived.stream()
                .filter(Arrived::late)
                .map(Arrived::sequence)
                .toList();
    }

    @Test
    void outside_of_the_transfer_window_only_alarms_and_events_go() {
        var link = new ThinLink(100_000, PaceSettings.DEFAULT);
        link.windowOpen = false;
        link.backlog(Lane.VITAL, 1_000);
        link.backlog(Lane.ALARM, 3);
        link.run(Duration.ofSeconds(20), 5);
        link.store(Lane.ALARM, 1);
        link.store(Lane.EVENT, 1);
        link.run(Duration.ofSeconds(20), 5);

        assertThat(link.arrived).hasSize(5).allMatch(one -> one.lane() == Lane.ALARM || one.lane() == Lane.EVENT);
        assertThat(longest(link, Lane.ALARM)).isLessThan(400);

        link.windowOpen = true;
        link.run(Duration.ofSeconds(20), 0);
        assertThat(link.waiting(Lane.VITAL)).isZero();
    }
}
