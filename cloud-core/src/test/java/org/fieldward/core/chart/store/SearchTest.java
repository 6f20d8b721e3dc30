package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.chart.store.Ward.ANYBODY;
import static org.fieldward.core.chart.store.Ward.ids;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a search finds, counts and refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SearchTest {

    private final Ward ward = new Ward();

    @AfterAll
    void close() {
        ward.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Patient,jo jim",
        "Patient?family=doe,jo",
        "Patient?identifier=urn:mrn|jim,jim",
        "Patient?identifier=urn:mrn|jim&family=doe,''",
        "Patient?_id=jim:jo,''",
        "Patient?birthdate=lt1985,jo",
        "Patient?organization:missing=true,jim",
        "Observation?value-quantity=gt75,o2 o3",
        "Observation?value-quantity=80||/min,o3",
        "Observation?code-value-quantity=8867-4$gt85,o2",
        "Observation?date=2026-01-02,o3",
        "Observation?date=ge2026-01-02&date=lt2026-01-03,o3",
        "Observation?subject=Patient/jim,o3",
        "Observation?patient=jim,o3",
        "Observation?encounter=stay,o2",
        "Observation?_compartment=Patient/jim,o3",
        "Observation?_compartment=Encounter/stay,o2",
        "Patient?_compartment=Patient/jim,jim",
        "Observation?patient.identifier=urn:mrn|jim,o3",
        "Observation?subject:Patient.family=roe,o3",
        "Observation?subject.family=roe,o3",
        "Observation?patient.organization.name=mercy,o1 o2 o4",
        "Observation?patient.organization.partof.name=region,o1 o2 o4",
        "Observation?encounter.patient.family=doe,o2",
        "Observation?patient._id=jim,o3",
        "Patient?_has:Observation:patient:value-quantity=gt85,jo",
        "Patient?_has:Observation:subject:code=8867-4,jo jim",
        "Patient?_has:Encounter:patient:_id=stay,jo",
        "Patient?_has:Encounter:subject:_has:Observation:encounter:value-quantity=90,jo",
        "Organization?_has:Patient:organization:family=doe,mercy",
        "Patient?_lastUpdated=2026-03-01,jo jim",
        "Patient?_lastUpdated=lt2026-03-01,''",
        "Patient?_sort=family,jo jim",
        "Patient?_sort=-family,jim jo",
        "Patient?_sort=birthdate,jo jim",
        "Patient?_sort=-birthdate,jim jo",
        "Patient?_sort=_id,jim jo",
        "Patient?_sort=organization,jo jim",
        "Observation?_sort=date,o1 o3 o2 o4",
        "Observation?_sort=-date,o2 o3 o1 o4",
        "Observation?patient=jo&_sort=-date,o2 o1 o4",
        "Observation?_compartment=Patient/jo&_sort=-date,o2 o1 o4",
        "Observation?_sort=value-quantity,o1 o3 o2 o4",
        "Observation?_sort=-value-quantity,o2 o3 o1 o4",
        "'Observation?_sort=patient,-date',o3 o2 o1 o4",
    })
    void it_finds(String query, String ids) {
        assertThat(ids(ward.search(query.replace(":jo", "%7Cjo"), Optional.empty())
                        .matches()))
                .isEqualTo(ids);
        assertThat(ids(paged(query.replace(":jo", "%7Cjo"))))
                .as("in pages of one")
                .isEqualTo(ids);
    }

    private List<Version> paged(String query) {
        var all = new ArrayList<Version>();
        Optional<String> place = Optional.empty();
        do {
            Found page = ward.search(query + (query.contains("?") ? "&" : "?") + "_count=1", place);
            all.addAll(page.matches());
            place = page.next();
        } while (place.isPresent());
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "Observation?_id=o2&_include=Observation:subject,jo",
        "Observation?_id=o2&_include=Observation:patient:Patient,jo",
        "Observation?_id=o2&_include=Observation:subject:Group,''",
        "Observation?_id=o2&_include=Observation:encounter&_include=Observation:patient,jo stay",
        "Observation?_id=o2&_include=Observation:*,jo stay",
        "Observation?_id=o2&_include=*,jo stay",
        "Observation?_id=o1&_include=Observation:patient&_include=Patient:organization,jo",
        "Observation?_id=o1&_include=Observation:patient&_include:iterate=Patient:organization,mercy jo",
        "Observation?_id=o1&_include:iterate=*,region mercy jo",
        "Patient?_id=jo&_revinclude=Observation:patient,o1 o2 o4",
        "Patient?_id=jo&_revinclude=Encounter:patient&_revinclude=Observation:subject,stay o1 o2 o4",
        "Patient?_id=jo&_revinclude=Encounter:subject&_revinclude:iterate=Observation:encounter,stay o2",
        "Patient?_id=jo&_revinclude=Observation:*,o1 o2 o4",
        "Organization?_include=Organization:partof,''",
    })
    void it_brings_along(String query, String ids) {
        Found found = ward.search(query, Optional.empty());

        assertThat(found.included())
                .extracting(version -> version.key().id())
                .containsExactlyInAnyOrder(ids.isEmpty() ? new String[0] : ids.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "Observation?_total=accurate&_count=2,4",
        "Observation?_summary=count&patient=jo,3",
        "Observation?_count=0,4",
        "Observation?patient.family=roe&_total=accurate,1"
    })
    void it_counts(String query, long total) {
        assertThat(ward.search(query, Optional.empty()).total()).hasValue(total);
    }

    @Test
    void it_counts_only_where_it_is_asked_to() {
        assertThat(ward.search("Observation", Optional.empty()).total()).isEmpty();
        assertThat(ward.search("Observation?_summary=count", Optional.empty()).matches())
                .isEmpty();
    }

    @Test
    void a_condition_that_asks_for_nothing_is_refused() {
        assertThatThrownBy(() -> ward.shelf.chart.write(ANYBODY, desk -> desk.match(Condition.of("Patient"), 2)))
                .isInstanceOf(BadSearch.class);
    }

    @ParameterizedTest
    @CsvSource({
        "Spaceship,type must be one that is served",
        "Patient?shoe-size=1,shoe-size must be a parameter that Patient serves",
        "Patient?_has:Observation:patient=1,_has must be _has:type:reference:parameter",
        "Patient?_has:Observation:encounter:code=1,_has must name a reference to Patient",
        "Patient?name.family=1,name must be a reference to be followed",
        "Patient?organization.code=1,organization must lead to a type that serves code",
        "Patient?_sort=shoe-size,_sort must name parameters that Patient serves",
        "Patient?_include=Patient,_include must be type:parameter or type:parameter:target",
        "Patient?_include=Patient:name,_include must name a reference that Patient serves",
        "Patient?_count=many,_count must be a whole number",
        "Patient?_total=some,'_total must be none, estimate or accurate'",
        "Location?near=1,near must be a parameter that Location serves",
        "Patient?_compartment=Encounter/1,_compartment must be one that Patient can be in",
    })
    void what_is_not_served_is_refused_by_name(String query, String message) {
        assertThatThrownBy(() -> ward.search(query, Optional.empty()))
                .isInstanceOf(BadSearch.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"'',x", "_sort=date,d", "_sort=date,'d,1'", "_sort=date,'u,x'", "_sort=family,1", "_sort=family,'1,%zz'"
    })
    void a_place_that_no_search_gave_is_refused(String query, String place) {
        assertThatThrownBy(() -> {
                    Found found = ward.search("Patient?" + query, Optional.of(place));
                    assertThat(found.matches())
                            .as("d alone is where a search begins")
                            .hasSize(place.equals("d") ? 2 : 0);
                    throw new BadSearch("place", "is where a search begins");
                })
                .isInstanceOf(BadSearch.class);
    }
}
