package org.fieldward.core.chart.store;

import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;
import static org.fieldward.core.chart.store.Shelf.pulse;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;

/** Two patients of one hospital, their stays and what was measured, to be searched. */
final class Ward implements AutoCloseable {

    static final Author ANYBODY = author();

    final Shelf shelf = new Shelf();

    public Ward() {
        var region = new Organization().setName("Region");
        region.setId("region");
        shelf.create(ANYBODY, region);
        var hospital = new Organization().setName("Mercy Hospital");
        hospital.setId("mercy");
        hospital.getPartOf().setReference("Organization/region");
        shelf.create(ANYBODY, hospital);
        Patient jo = patient("jo", "Doe");
        jo.getManagingOrganization().setReference("Organization/mercy");
        jo.getBirthDateElement().setValueAsString("1980-05-06");
        shelf.create(ANYBODY, jo);
        Patient jim = patient("jim", "Roe");
        jim.getBirthDateElement().setValueAsString("1990");
        shelf.create(ANYBODY, jim);
        var stay = new Encounter();
        stay.setId("stay");
        stay.getSubject().setReference("Patient/jo");
        shelf.create(ANYBODY, stay);
        shelf.create(ANYBODY, measured("o1", "jo", "2026-01-01T10:00:00Z", 70));
        Observation second = measured("o2", "jo", "2026-01-03T10:00:00Z", 90);
        second.getEncounter().setReference("Encounter/stay");
        shelf.create(ANYBODY, second);
        shelf.create(ANYBODY, measured("o3", "jim", "2026-01-02T10:00:00Z", 80));
        shelf.create(ANYBODY, pulse("o4", "jo"));
    }

    static Observation measured(String id, String patient, String at, long value) {
        Observation observation = pulse(id, patient);
        observation.setEffective(new DateTimeType(Date.from(Instant.parse(at))));
        observation.setValue(new Quantity(value).setUnit("/min"));
        return observation;
    }

    Found search(String query, Optional<String> place) {
        Condition condition = Condition.of(query.replace("|", "%7C"));
        return shelf.chart.search(condition.type(), condition.parameters(), place, Sight.EVERYTHING);
    }

    static String ids(List<Version> versions) {
        return String.join(" ", versions.stream().map(Version::key).map(Key::id).toList());
    }

    @Override
    public void close() {
        shelf.close();
    }
}
