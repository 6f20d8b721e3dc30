package org.fieldward.edge.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.junit.jupiter.api.Test;

class DeviceClocksTest {

    private static final Instant START = Instant.parse("2026-10-24T22:00:00Z");
    private static final DeviceId BED = new DeviceId("bed-1");
    private static final Parameter HEART_RATE = Catalogue.standard().key("heart-rate");

    private final DeviceClocks clocks = new DeviceClocks(ClockSettings.DEFAULT, Map.of());

    private static Reading reading(DeviceId device, long second, Optional<Instant> said, ClockState gateway) {
        var stamp = new Stamp(said, START.plusSeconds(second), second * 1000, 7, gateway);
        return new Reading(
                device,
                stamp,
                List.of(new Value.Quantity(
                        HEART_RATE, BigDecimal.valueOf(60), HEART_RATE.unit().orElseThrow())));
    }

    private static Reading ahead(DeviceId device, long second, ClockState gateway) {
        return reading(device, second, Optional.of(START.plusSeconds(second + 3_600)), gateway);
    }

    private Duration corrected(Entry entry) {
        return clocks.putRight(List.of(entry), Optional.empty())
                .getFirst()
                .stamp()
                .correction();
    }

    @Test
    void while_the_gateway_does_not_know_the_time_itself_every_device_is_believed() {
        assertThat(corrected(ahead(BED, 1, ClockState.IMPLAUSIBLE))).isZero();
        assertThat(corrected(ahead(BED, 2, ClockState.UNCONFIRMED))).isZero();
        assertThat(corrected(ahead(BED, 3, ClockState.SYNCHRONISED))).isEqualTo(Duration.ofHours(-1));
    }

    @Test
    void a_gateway_that_was_started_without_a_link_puts_right_who_is_as_far_off_as_before() {
        var started = new DeviceClocks(ClockSettings.DEFAULT, Map.of(BED, -3_600_000L));
        Entry asBefore = ahead(BED, 1, ClockState.UNCONFIRMED);
        Entry right = reading(BED, 2, Optional.of(START.plusSeconds(2)), ClockState.UNCONFIRMED);

        assertThat(started.putRight(List.of(asBefore), Optional.empty())
                        .getFirst()
                        .stamp()
                        .correction())
                .isEqualTo(Duration.ofHours(-1));
        assertThat(started.putRight(List.of(right), Optional.empty())).containsExactly(right);
    }

    @Test
    void each_device_behind_one_login_has_a_clock_of_its_own_and_the_order_stays() {
        var right = reading(new DeviceId("node.a"), 5, Optional.of(START.plusSeconds(5)), ClockState.SYNCHRONISED);
        var wrong = ahead(new DeviceId("node.b"), 5, ClockState.SYNCHRONISED);
        var none = reading(new DeviceId("node.c"), 5, Optional.empty(), ClockState.SYNCHRONISED);

        assertThat(clocks.putRight(List.of(right, wrong, none), Optional.empty()))
                .containsExactly(
                        right,
                        new Reading(wrong.device(), wrong.stamp().corrected(Duration.ofHours(-1)), wrong.values()),
                        none);
        assertThat(clocks.corrections()).isEqualTo(Map.of(wrong.device(), -3_600_000L));
    }

    @Test
    void a_message_of_many_readings_is_put_right_as_a_whole() {
        for (int second = 0; second <= 20; second += 10) {
            clocks.putRight(
                    List.of(reading(
                            BED, second, Optional.of(START.plusSeconds(second - 9_000)), ClockState.SYNCHRONISED)),
                    Optional.of(START.plusSeconds(second - 3_600)));
        }
        var old = reading(BED, 30, Optional.of(START.minusSeconds(90_000)), ClockState.SYNCHRONISED);

        assertThat(corrected(old)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void a_device_that_says_it_sent_before_it_measured_says_nothing_about_its_clock() {
        for (int second = 0; second < 60; second++) {
            var live = reading(BED, second, Optional.of(START.plusSeconds(second)), ClockState.SYNCHRONISED);

            assertThat(clocks.putRight(List.of(live), Optional.of(START.minusSeconds(7_200))))
                    .containsExactly(live);
        }
    }

    @Test
    void where_corrections_are_switched_off_everybody_is_believed() {
        var off = new DeviceClocks(ClockSettings.of(Map.of("clock.correction", "false")), Map.of());

        assertThat(off.putRight(List.of(ahead(BED, 1, ClockState.SYNCHRONISED)), Optional.empty()))
                .containsExactly(ahead(BED, 1, ClockState.SYNCHRONISED));
    }

    /**
     * A device that measures every second and whose clock is set now and then, by a quarter of an hour to half a day. At
     * once, where it says what cannot be or repeats what it told; else once its lag was constant for three minutes.
     */
    @Test
    void through_a_random_life_of_its_clock_a_device_that_is_heard_is_put_right_within_the_tolerance() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var life = new DeviceClocks(ClockSettings.DEFAULT, Map.of());
            long error = 0;
            long heardSince = 0;
            long second = 0;
            for (int chapter = 0; chapter < 6; chapter++) {
                long next = zones(random) * 900;
                boolean isKnownAtOnce = next == 0 || next <= error || next - error <= second - heardSince - 60;
                long settled = second + (isKnownAtOnce ? 0 : 181);
                heardSince = next == error ? heardSince : settled;
                error = next;
                for (long end = second + 3_700 + random.nextInt(8_000); second < end; second++) {
                    Instant truly = START.plusSeconds(second);
                    var told = reading(BED, second, Optional.of(truly.minusSeconds(error)), ClockState.SYNCHRONISED);
                    Stamp stamp = life.putRight(List.of(told), Optional.empty())
                            .getFirst()
                            .stamp();
                    Duration off = Duration.between(truly, stamp.measuredAt()).abs();
                    if (second >= settled) {
                        assertThat(off)
                                .as("seed %d, second %d, the clock %d s behind", seed, second, error)
                                .isLessThanOrEqualTo(Duration.ofSeconds(120));
                    }
                }
            }
        }
    }

    private static long zones(Random random) {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(97) - 48L;
    }

    @Test
    void what_a_device_kept_is_never_moved_while_its_clock_is_right() {
        for (long seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var life = new DeviceClocks(ClockSettings.DEFAULT, Map.of());
            var kept = new ArrayList<Long>();
            boolean reachable = true;
            for (long second = 0; second < 6_000; second++) {
                reachable ^= random.nextInt(400) == 0;
                kept.add(second);
                // Oldest or newest first, a few at a time: as devices do it.
                for (int i = 0; reachable && !kept.isEmpty() && i < 2; i++) {
                    long measured = i == 0 ? kept.removeLast() : kept.removeFirst();
                    var told = reading(BED, second, Optional.of(START.plusSeconds(measured)), ClockState.SYNCHRONISED);

                    assertThat(life.putRight(List.of(told), Optional.empty()))
                            .as("seed %d, second %d", seed, second)
                            .containsExactly(told);
                }
            }
        }
    }
}
