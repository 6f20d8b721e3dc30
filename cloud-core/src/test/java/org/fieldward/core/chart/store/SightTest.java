package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;
import static org.fieldward.core.chart.store.Shelf.porter;
import static org.fieldward.core.chart.store.Shelf.pulse;

import java.util.List;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.Organization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot be seen does not exist. */
final class SightTest {

    private static final Sight NORTH = Sight.of(Set.of("north"));
    private static final Sight SOUTH = Sight.of(Set.of("south"));
    private static final Key JO = new Key("Patient", "jo");
    private static final Key PULSE = new Key("Observation", "p1");

    private final Shelf shelf = new Shelf();

    @BeforeEach
    void fill() {
        shelf.create(author("north"), patient("jo", "Doe"));
        shelf.create(author("north"), pulse("p1", "jo"));
    }

    @AfterEach
    void close() {
        shelf.close();
    }

    @Test
    void the_facility_that_made_it_sees_it_and_the_other_does_not() {
        for (Key key : Set.of(JO, PULSE)) {
            assertThat(shelf.chart.read(key, NORTH)).isPresent();
            assertThat(shelf.chart.read(key, 1, NORTH)).isPresent();
            assertThat(shelf.chart.history(HistoryQuery.of(key, 9), NORTH)).hasSize(1);
            assertThat(shelf.chart.read(key, SOUTH)).isEmpty();
            assertThat(shelf.chart.read(key, 1, SOUTH)).isEmpty();
            assertThat(shelf.chart.history(HistoryQuery.of(key, 9), SOUTH)).isEmpty();
        }
        assertThat(shelf.chart.history(HistoryQuery.ofEverything(9), SOUTH)).isEmpty();
        assertThat(shelf.chart.read(PULSE, Sight.of(Set.of()))).isEmpty();
    }

    @Test
    void what_cannot_be_seen_can_be_neither_changed_nor_deleted_nor_matched() {
        assertThat(shelf.update(author("south"), patient("jo", "Roe"))).isEqualTo(new Outcome.Stale(JO, 0));
        assertThat(shelf.apply(author("south"), new Change.Create(patient("jo", "Roe"))))
                .isEqualTo(new Outcome.Stale(JO, 0));
        assertThat(shelf.delete(author("south"), JO)).isEqualTo(new Outcome.Missing(JO));
        Condition same = Condition.identifier("Patient", "urn:mrn", "jo");
        List<Version> unseen = shelf.chart.write(author("south"), desk -> desk.match(same, 2));
        assertThat(unseen).isEmpty();
        List<Version> seen = shelf.chart.write(author("north"), desk -> desk.match(same, 2));
        assertThat(seen).hasSize(1);
        assertThat(shelf.chart.read(JO, NORTH).orElseThrow().json()).contains("Doe");
    }

    @Test
    void that_it_was_deleted_is_not_told_either() {
        shelf.delete(author("north"), JO);

        assertThat(shelf.chart.read(JO, NORTH).orElseThrow().isDeleted()).isTrue();
        assertThat(shelf.chart.read(JO, SOUTH)).isEmpty();
        assertThat(shelf.update(author("south"), patient("jo", "Roe"))).isEqualTo(new Outcome.Stale(JO, 0));
    }

    @Test
    void a_patient_who_is_transferred_takes_everything_along() {
        assertThat(shelf.update(porter("south"), patient("jo", "Doe"))).isInstanceOf(Outcome.Updated.class);

        assertThat(shelf.chart.read(JO, SOUTH).orElseThrow().facilities()).containsExactlyInAnyOrder("north", "south");
        assertThat(shelf.chart.read(PULSE, SOUTH)).isPresent();
        assertThat(shelf.chart.history(HistoryQuery.of(PULSE, 9), SOUTH)).hasSize(1);
        assertThat(shelf.chart.read(PULSE, NORTH)).isPresent();
    }

    @Test
    void anything_else_that_is_changed_stays_where_it_belongs() {
        shelf.create(author("north"), pulse("p2", "unknown"));

        shelf.update(porter("south"), pulse("p2", "stranger"));

        assertThat(shelf.chart
                        .read(new Key("Observation", "p2"), NORTH)
                        .orElseThrow()
                        .facilities())
                .containsExactly("north");
        assertThat(shelf.chart.read(new Key("Observation", "p2"), SOUTH)).isEmpty();
    }

    @Test
    void a_version_that_was_about_somebody_else_is_judged_by_that_one() {
        shelf.create(author("south"), patient("jim", "Roe"));
        shelf.create(porter("east"), pulse("p3", "jo"));
        shelf.update(porter("east"), pulse("p3", "jim"));
        Key moved = new Key("Observation", "p3");

        assertThat(shelf.chart.read(moved, NORTH)).isEmpty();
        assertThat(shelf.chart.history(HistoryQuery.of(moved, 9), NORTH))
                .extracting("version")
                .containsExactly(1L);
        assertThat(shelf.chart.history(HistoryQuery.of(moved, 9), SOUTH))
                .extracting("version")
                .containsExactly(2L);
    }

    @Test
    void what_belongs_to_no_facility_and_no_patient_is_seen_by_all() {
        var hospital = new Organization();
        hospital.setId("h");
        shelf.create(author(), hospital);
        shelf.create(author(), patient("nobody", "Doe"));

        assertThat(shelf.chart.read(new Key("Organization", "h"), SOUTH)).isPresent();
        assertThat(shelf.chart.read(new Key("Organization", "h"), Sight.ofPatient("jo")))
                .isEmpty();
        assertThat(shelf.chart.read(new Key("Patient", "nobody"), SOUTH)).isEmpty();
    }

    @Test
    void patients_see_their_own_compartment_wherever_it_was_made() {
        shelf.create(author("south"), pulse("p4", "jo"));
        shelf.create(author("north"), patient("jim", "Roe"));

        assertThat(shelf.chart.read(new Key("Observation", "p4"), Sight.ofPatient("jo")))
                .isPresent();
        assertThat(shelf.chart.read(JO, Sight.ofPatient("jo"))).isPresent();
        assertThat(shelf.chart.read(JO, Sight.ofPatient("jim"))).isEmpty();
        assertThat(shelf.chart.history(HistoryQuery.ofEverything(9), Sight.ofPatient("jim")))
                .hasSize(1);
    }
}
