package org.fieldward.installer.clock;

import org.junit.jupiter.api.Test;

class ClockLifeTest {

    private static final int SEEDS = Integer.getInteger("fieldward.seeds", 5);

    @Test
    void whatever_becomes_of_a_device_clock_each_reading_is_there_once_of_the_right_patient_and_in_order() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new ClockLife(seed).live();
        }
    }
}
