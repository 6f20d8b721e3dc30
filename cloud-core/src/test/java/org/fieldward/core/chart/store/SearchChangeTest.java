package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.patient;
import static org.fieldward.core.chart.store.Ward.ANYBODY;
import static org.fieldward.core.chart.store.Ward.ids;
import static org.fieldward.core.chart.store.Ward.measured;

import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Key;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Searches among what changes. */
final class SearchChangeTest {

    private final Ward ward = new Ward();

    @AfterEach
    void close() {
        ward.close();
    }

    @Test
    void pages_neither_double_nor_lose_while_others_write() {
        Found first = ward.search("Observation?_sort=-date&_count=2", Optional.empty());
        ward.shelf.create(ANYBODY, measured("o5", "jo", "2026-01-04T10:00:00Z", 70));
        ward.shelf.delete(ANYBODY, new Key("Observation", "o2"));

        assertThat(ids(first.matches())).isEqualTo("o2 o3");
        assertThat(ids(ward.search("Observation?_sort=-date&_count=9", first.next())
                        .matches()))
                .isEqualTo("o1 o4");
    }

    @Test
    void only_the_newest_version_is_found() {
        ward.shelf.update(ANYBODY, measured("o1", "jim", "2026-01-01T10:00:00Z", 75));

        assertThat(ids(ward.search("Observation?value-quantity=70", Optional.empty())
                        .matches()))
                .isEmpty();
        assertThat(ids(ward.search("Observation?value-quantity=75", Optional.empty())
                        .matches()))
                .isEqualTo("o1");
        assertThat(ids(ward.search("Observation?patient=jim&_sort=-date", Optional.empty())
                        .matches()))
                .isEqualTo("o3 o1");
        ward.shelf.delete(ANYBODY, new Key("Observation", "o1"));
        assertThat(ids(ward.search("Observation?value-quantity=75", Optional.empty())
                        .matches()))
                .isEmpty();
        assertThat(ids(ward.search("Observation?patient=jim&_sort=-date", Optional.empty())
                        .matches()))
                .isEqualTo("o3");
        assertThat(ids(ward.search("Patient?_has:Observation:patient:value-quantity=75", Optional.empty())
                        .matches()))
                .isEmpty();
    }

    @Test
    void a_transaction_matches_what_it_wrote_itself() {
        Condition roe = Condition.of("Patient?family=roe&birthdate=1990");
        String found = ward.shelf.chart.write(ANYBODY, desk -> {
            desk.apply(new Change.Create(patient("new", "Roe")));
            desk.apply(new Change.Delete(new Key("Patient", "jim"), OptionalLong.empty()));
            return ids(desk.match(roe, 5)) + "/" + ids(desk.match(Condition.of("Patient?family=roe"), 5));
        });

        assertThat(found).isEqualTo("/new");
    }

    @Test
    void odd_and_long_texts_are_kept_and_found() {
        String odd = "100%_\\ 'quoted' \0 " + "ß𝄞".repeat(3_000);
        Patient patient = patient("odd", odd);
        patient.addIdentifier().setSystem("urn:odd").setValue("x".repeat(5_000));
        ward.shelf.create(ANYBODY, patient);

        assertThat(ids(ward.search("Patient?family=100%25_%5C%5C%20'q", Optional.empty())
                        .matches()))
                .isEqualTo("odd");
        assertThat(ids(ward.search("Patient?family=100x", Optional.empty()).matches()))
                .isEmpty();
        assertThat(ids(ward.search("Patient?identifier=" + "x".repeat(5_000), Optional.empty())
                        .matches()))
                .isEqualTo("odd");
    }
}
