package org.fieldward.edge.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class YoungGenerationTest {

    private final AtomicInteger collections = new AtomicInteger();
    private final YoungGeneration young = new YoungGeneration(collections::incrementAndGet);

    @Test
    void a_crowd_lets_it_grow_once() {
        young.look(5);
        young.look(1_005);
        young.look(9_000);

        assertThat(collections).hasValue(1);
    }

    @Test
    void a_ward_that_trickles_leaves_it_small() {
        for (long stored = 1; stored < 100_000; stored += 999) {
            young.look(stored);
        }

        assertThat(collections).hasValue(0);
    }

    @Test
    void what_was_stored_before_the_start_is_no_crowd() {
        young.look(70_000_000);

        assertThat(collections).hasValue(0);
    }
}
