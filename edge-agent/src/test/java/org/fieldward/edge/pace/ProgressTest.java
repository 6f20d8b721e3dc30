package org.fieldward.edge.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final Progress progress = new Progress();

    @Test
    void the_end_is_told_by_how_the_backlog_shrank_lately_with_what_came_in_meanwhile() {
        for (int second = 0; second <= 60; second++) {
            progress.saw(100_000 - 900L * second, second * 1_000L);
        }

        assertThat(progress.left()).contains(Duration.ofMillis((100_000 - 54_000) * 1000L / 900));
    }

    @Test
    void what_was_long_ago_does_not_count() {
        for (int second = 0; second <= 100; second++) {
            progress.saw(second < 50 ? 100_000 : 100_000 - 1_000L * (second - 50), second * 1_000L);
        }

        assertThat(progress.left()).contains(Duration.ofSeconds(50));
    }

    @Test
    void nobody_is_told_an_end_that_nobody_can_know() {
        assertThat(progress.left()).as("nothing seen").isEmpty();
        progress.saw(1_000, 0);
        assertThat(progress.left()).as("seen once").isEmpty();
        progress.saw(1_500, 1_000);
        assertThat(progress.left()).as("it grows").isEmpty();
        progress.saw(0, 2_000);
        assertThat(progress.left()).as("done").contains(Duration.ZERO);
        progress.stopped();
        assertThat(progress.left()).as("no link").isEmpty();
    }

    @Test
    void it_is_looked_at_once_a_second() {
        assertThat(progress.isDue(5)).isTrue();
        progress.saw(1, 5);
        assertThat(progress.isDue(1_004)).isFalse();
        assertThat(progress.isDue(1_005)).isTrue();
    }
}
