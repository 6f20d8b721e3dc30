package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;
import static org.fieldward.core.chart.store.Shelf.porter;
import static org.fieldward.core.chart.store.Shelf.pulse;

import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Found;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nothing leaks by any kind of search. North has jo with a stay; south has jim, and one of south's observations names jo's
 * stay, one of north's names jim.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SearchSightTest {

    private final Shelf shelf = new Shelf();

    @BeforeAll
    void fill() {
        shelf.create(author("north"), patient("jo", "Doe"));
        shelf.create(author("south"), patient("jim", "Roe"));
        var stay = new Encounter();
        stay.setId("stay");
        stay.getSubject().setReference("Patient/jo");
        shelf.create(author("north"), stay);
        shelf.create(author("north"), pulse("n1", "jo"));
        Observation crossing = pulse("s1", "jim");
        crossing.getEncounter().setReference("Encounter/stay");
        shelf.create(porter("south"), crossing);
        // Of a device of south's, about nobody that south knows.
        Observation stray = pulse("s2", "unknown");
        stray.getEncounter().setReference("Encounter/stay");
        shelf.create(porter("south"), stray);
    }

    @AfterAll
    void close() {
        shelf.close();
    }

    @ParameterizedTest
    @CsvSource({
        // What is asked, what south finds, what comes along for south, how many south counts, what jo finds.
        "Patient,jim,'',1,jo",
        "Patient?_id=jo,'','',0,jo",
        "Patient?family=doe,'','',0,jo",
        "Patient?identifier=urn:mrn%7Cjo,'','',0,jo",
        "Patient?_sort=family,jim,'',1,jo",
        "Patient?_sort=-birthdate,jim,'',1,jo",
        "Patient?_compartment=Patient/jo,'','',0,jo",
        "Observation,s1 s2,'',2,n1",
        "Observation?patient=jo,'','',0,n1",
        "Observation?patient=jo&_sort=-date,'','',0,n1",
        "Observation?_compartment=Patient/jo,'','',0,n1",
        "Observation?_sort=-date,s1 s2,'',2,n1",
        "Observation?_sort=code,s1 s2,'',2,n1",
        "Observation?code:not=x,s1 s2,'',2,n1",
        "Observation?value-quantity:missing=true,s1 s2,'',2,n1",
        "Observation?_lastUpdated=ge2000,s1 s2,'',2,n1",
        "Observation?patient.family=doe,'','',0,n1",
        "Observation?patient.family=roe,s1,'',1,''",
        "Observation?subject:Patient.identifier=urn:mrn%7Cjo,'','',0,n1",
        "Observation?encounter._id=stay,'','',0,''",
        "Observation?encounter.patient.family=doe,'','',0,''",
        "Encounter?_has:Observation:encounter:code=8867-4,'','',0,''",
        "Patient?_has:Observation:patient:code=8867-4,jim,'',1,jo",
        "Patient?_has:Encounter:patient:_id=stay,'','',0,jo",
        "Observation?_include=Observation:encounter,s1 s2,'',2,n1",
        "Observation?_include=*,s1 s2,jim,2,n1",
        "Observation?_include:iterate=*,s1 s2,jim,2,n1",
        "Patient?_revinclude=Observation:patient,jim,s1,1,jo",
        "Patient?_revinclude=Encounter:patient&_revinclude:iterate=Observation:encounter,jim,'',1,jo",
    })
    void south_and_jo_find_only_what_is_theirs(String query, String south, String along, long count, String jo) {
        Found found = search(query, Sight.of(Set.of("south")));
        assertThat(found.matches()).extracting(version -> version.key().id()).containsExactlyInAnyOrder(ids(south));
        assertThat(found.included()).extracting(version -> version.key().id()).containsExactlyInAnyOrder(ids(along));
        assertThat(found.total()).hasValue(count);
        Found own = search(query, Sight.ofPatient("jo"));
        assertThat(own.matches()).extracting(version -> version.key().id()).containsExactlyInAnyOrder(ids(jo));
        assertThat(own.included()).allMatch(version -> version.patients().contains("jo"));
        assertThat(own.total()).hasValue(ids(jo).length);
    }

    private static String[] ids(String text) {
        return text.isEmpty() ? new String[0] : text.split(" ");
    }

    private Found search(String query, Sight sight) {
        Condition condition = Condition.of(query + (query.contains("?") ? "&" : "?") + "_total=accurate");
        return shelf.chart.search(condition.type(), condition.parameters(), Optional.empty(), sight);
    }
}
