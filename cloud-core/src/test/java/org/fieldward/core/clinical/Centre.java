package org.fieldward.core.clinical;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.clinical.Events.Answer;
import org.fieldward.core.clinical.Events.Arrival;
import org.fieldward.core.clinical.Events.Form;
import org.fieldward.core.clinical.mirror.Resources;
import org.fieldward.core.clinical.stay.SqlAdmissions;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/** The clinical part of a core on a real database, with a clock that stands. */
public final class Centre implements AutoCloseable {

    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    public static final String WARD = "ward-3";
    public static final Author AUTHOR = new Author("lab-system", Set.of(WARD), Sight.of(Set.of(WARD)));

    public final DataSource database;
    public final InstantSource clock = () -> NOON;
    public final SqlRegistry registry;
    public final SqlChart chart;
    public final SqlAdmissions admissions;
    public final SqlEvents events;
    private final Optional<HikariDataSource> own;

    public Centre() {
        this(TestDatabase.fresh(), true);
    }

    /** On somebody else's database. */
    public Centre(HikariDataSource database, boolean closes) {
        this.database = database;
        own = closes ? Optional.of(database) : Optional.empty();
        registry = new SqlRegistry(database, clock);
        chart = new SqlChart(database, clock, new Random(1), List.of());
        admissions = new SqlAdmissions(registry, gateway -> gateway, clock);
        events = new SqlEvents(database, chart, admissions, resource -> List.of(), new Random(2), clock);
    }

    public void device(String name, String bed) {
        registry.putDevice(
                new Registry.Device(new DeviceId(name), "monitor", Optional.of(bed), Optional.of(WARD), NOON));
    }

    public void patient(String id) {
        var patient = new Patient();
        patient.setId(id);
        patient.addIdentifier().setSystem("urn:mrn").setValue("mrn-" + id);
        patient.addName().setFamily("Doe").addGiven("Jo");
        patient.setGender(AdministrativeGender.FEMALE);
        patient.setBirthDateElement(new DateType("1980-05-01"));
        put(patient);
    }

    public Outcome put(Resource resource) {
        return chart.write(AUTHOR, desk -> desk.apply(new Change.Update(resource, OptionalLong.empty())));
    }

    public Answer take(String json) {
        return events.take(arrival(json), AUTHOR);
    }

    public static Arrival arrival(String json) {
        return new Arrival("lab-system", Optional.empty(), Form.JSON, ByteString.copyFromUtf8(json.replace('\'', '"')));
    }

    public <T extends Resource> T read(Class<T> type, Key key) {
        return Resources.read(type, chart.read(key, Sight.EVERYTHING).orElseThrow());
    }

    /** {@code bed-1: p1 08:00-10:00}, by device and time. */
    public List<String> bindings() {
        registry.refresh();
        return registry.bindings().stream()
                .filter(one -> !one.until().equals(Optional.of(one.from())))
                .sorted(Comparator.comparing(
                                (Registry.Binding one) -> one.device().name())
                        .thenComparing(Registry.Binding::from))
                .map(one -> one.device().name() + ": " + one.patient() + " " + hour(one.from()) + "-"
                        + one.until().map(Centre::hour).orElse(""))
                .toList();
    }

    private static String hour(Instant instant) {
        return instant.toString().substring(11, 16);
    }

    public static Instant at(String hour) {
        return Instant.parse("2026-03-01T" + hour + ":00Z");
    }

    @Override
    public void close() {
        own.ifPresent(HikariDataSource::close);
    }
}
