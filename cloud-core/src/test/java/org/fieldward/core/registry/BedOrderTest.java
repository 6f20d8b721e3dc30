package org.fieldward.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Beds stand on a screen in the order in which people look for them. */
class BedOrderTest {

    private static final BedOrder ORDER = new BedOrder();

    @Test
    void beds_come_in_the_order_of_their_numbers() {
        sorts(
                "Bed 1",
                "Bed 2",
                "bed 3",
                "Bed 10",
                "Bed 10a",
                "Bed 10b",
                "Bed 99999999999999999999",
                "Bed 100000000000000000000",
                "ICU 2-3",
                "ICU 2-11",
                "ICU 10-1",
                "Room");
    }

    @Test
    void a_leading_zero_changes_no_place_but_makes_another_bed() {
        sorts("Bed 01", "Bed 1", "Bed 02", "Bed 2");
        assertThat(ORDER.compare("Bed 007", "Bed 7")).isNotZero();
        assertThat(ORDER.compare("Bed 7", "Bed 7")).isZero();
    }

    private static void sorts(String... beds) {
        List<String> wanted = List.of(beds);
        for (int seed = 0; seed < 50; seed++) {
            var shuffled = new ArrayList<>(wanted);
            Collections.shuffle(shuffled, new Random(seed));
            shuffled.sort(ORDER);
            assertThat(shuffled).as("seed %d", seed).isEqualTo(wanted);
        }
    }
}
