package org.fieldward.edge.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ComplaintsTest {

    private final ArrayList<String> log = new ArrayList<>();
    private final Complaints complaints = new Complaints(log::add);

    @Test
    void the_same_address_is_named_once_a_second_with_the_number_of_the_rest() {
        for (int millis = 0; millis < 2_000; millis++) {
            complaints.about("10.0.0.7", millis, "it knocks");
        }
        complaints.about("10.0.0.8", 2_000, "it knocks");
        assertThat(log)
                .containsExactly("it knocks", "it knocks; 999 more complaints about 10.0.0.7 before", "it knocks");
    }

    @Test
    void after_much_trouble_the_next_from_there_have_to_wait_but_nobody_else_and_not_for_ever() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(complaints.waitMillis("10.0.0.7", 0)).isZero();
            complaints.about("10.0.0.7", 0, "it knocks");
        }
        assertThat(complaints.waitMillis("10.0.0.7", 0)).isEqualTo(10);
        assertThat(complaints.waitMillis("10.0.0.8", 0)).isZero();
        assertThat(complaints.waitMillis("10.0.0.7", 20)).isZero();
        for (int i = 0; i < 100_000; i++) {
            complaints.about("10.0.0.7", 20, "it knocks");
        }
        assertThat(complaints.waitMillis("10.0.0.7", 20)).isEqualTo(5_000);
        assertThat(complaints.waitMillis("10.0.0.7", 20_000)).isEqualTo(0);
    }

    @Test
    void trouble_at_a_bearable_pace_is_borne_for_ever() {
        for (int millis = 0; millis < 600_000; millis += 10) {
            complaints.about("10.0.0.7", millis, "it knocks");
            assertThat(complaints.waitMillis("10.0.0.7", millis)).isZero();
        }
    }
}
