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
}
