package org.fieldward.core.chart.store;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.fieldward.core.access.Sight;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/** A chart on a real database, with hands to write to it. */
public final class Shelf implements AutoCloseable {

    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    public final HikariDataSource database = TestDatabase.fresh();
    public final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    public final SqlChart chart;

    public Shelf(SqlWitness... witnesses) {
        chart = new SqlChart(database, now::get, new Random(1), List.of(witnesses));
    }

    /** Somebody of these facilities, who sees what those see; of none: everything. */
    public static Author author(String... facilities) {
        Sight sight = facilities.length == 0 ? Sight.EVERYTHING : Sight.of(Set.of(facilities));
        return new Author("test", Set.of(facilities), sight);
    }

    /** Writes everywhere, but for one facility. */
    public static Author porter(String facility) {
        return new Author("porter", Set.of(facility), Sight.EVERYTHING);
    }

    public Outcome apply(Author author, Change change) {
        return chart.write(author, desk -> desk.apply(change));
    }

    public Version create(Author author, Resource resource) {
        return ((Outcome.Created) apply(author, new Change.Create(resource))).version();
    }

    public Outcome update(Author author, Resource resource) {
        return apply(author, new Change.Update(resource, OptionalLong.empty()));
    }

    public Outcome delete(Author author, Key key) {
        return apply(author, new Change.Delete(key, OptionalLong.empty()));
    }

    public static Patient patient(String id, String family) {
        var patient = new Patient();
        patient.setId(id);
        patient.addName().setFamily(family);
        patient.addIdentifier().setSystem("urn:mrn").setValue(id);
        return patient;
    }

    public static Observation pulse(String id, String patient) {
        var observation = new Observation();
        observation.setId(id);
        observation.getCode().addCoding().setSystem("http://loinc.org").setCode("8867-4");
        observation.getSubject().setReference("Patient/" + patient);
        return observation;
    }

    @Override
    public void close() {
        database.close();
    }
}
