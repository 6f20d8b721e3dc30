package org.fieldward.core.clinical;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlDesk;
import org.fieldward.core.clinical.event.Drafts;
import org.fieldward.core.clinical.event.Event;
import org.fieldward.core.clinical.event.Event.Payload;
import org.fieldward.core.clinical.event.EventJson;
import org.fieldward.core.clinical.event.EventJson.Read;
import org.fieldward.core.clinical.event.EventMessage;
import org.fieldward.core.clinical.event.EventType;
import org.fieldward.core.clinical.event.Issue;
import org.fieldward.core.clinical.event.Priority;
import org.fieldward.core.clinical.mirror.Resources;
import org.fieldward.core.clinical.stay.Admissions;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * Events in PostgreSQL: an event's bytes, the resources it became and its effect on bindings are one transaction of the
 * chart.
 */
public final class SqlEvents implements Events {

    private final DataSource database;
    private final Chart chart;
    private final SqlEnrichment enrichment;
    private final Function<Resource, List<Issue>> check;
    private final RandomGenerator random;
    private final InstantSource clock;

    /**
     * @param check what is wrong with a resource that came in a FHIR message
     * @param random names new resources, so it must not be guessable
     */
    public SqlEvents(
            DataSource database,
            Chart chart,
            Admissions admissions,
            Function<Resource, List<Issue>> check,
            RandomGenerator random,
            InstantSource clock) {
        this.database = database;
        this.chart = chart;
        this.check = check;
        this.random = random;
        this.clock = clock;
        enrichment = new SqlEnrichment(admissions, this::id);
    }

    private String id() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** Undoes the transaction: the event is not right. */
    private static final class Wrong extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient List<Issue> issues;

        Wrong(List<Issue> issues) {
            super("an event was refused", null, false, false);
            this.issues = issues;
        }

        Wrong(Issue.Code code, String element, String rule) {
            this(List.of(new Issue(code, element, rule)));
        }
    }

    @Override
    public Answer take(Arrival arrival, Author author) {
        // As it is kept, so that the same event gets the same answer.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Read read = switch (arrival.form()) {
            case JSON -> EventJson.read(arrival.content().toByteArray());
            case FHIR -> EventMessage.read(arrival.content().toByteArray());
        };
        try {
            return switch (read) {
                case Read.Bad bad -> new Answer.Refused(bad.issues());
                case Read.Good good -> store(arrival, author, good.event(), now);
            };
        } catch (Wrong wrong) {
            return new Answer.Refused(wrong.issues);
        } catch (ChartException e) {
            throw new ClinicalException("an event could not be stored", e);
        }
    }

    private Answer store(Arrival arrival, Author author, Event event, Instant now) {
        String facility = facility(arrival, author, event);
        byte[] digest = digest(arrival.content().toByteArray());
        String id = event.id().orElseGet(() -> "sha256:" + HexFormat.of().formatHex(digest));
        checkMessage(event);
        var writer = new Author(author.agent(), Set.of(facility), author.sight());
        return chart.write(writer, desk -> {
            Connection connection = ((SqlDesk) desk).connection();
            try {
                Optional<Long> number = SqlEventRows.claim(connection, arrival, event, id, facility, digest, now);
                if (number.isEmpty()) {
                    return again(connection, arrival.source(), id, digest);
                }
                return new Answer.Accepted(work((SqlDesk) desk, arrival, event, id, facility, number.get(), now));
            } catch (SQLException e) {
                throw new ChartException("an event could not be stored", e);
            }
        });
    }

    private static Answer again(Connection connection, String source, String id, byte[] digest) throws SQLException {
        if (SqlEventRows.differs(connection, source, id, digest)) {
            throw new Wrong(Issue.Code.CONFLICT, "id", "must be new: an event with other content has it");
        }
        return new Answer.Duplicate(SqlEventRows.find(connection, source, id).orElseThrow());
    }

    private static String facility(Arrival arrival, Author author, Event event) {
        Set<String> own = author.facilities();
        String facility = event.facility()
                .or(arrival::facility)
                .or(() -> own.size() == 1 ? own.stream().findFirst() : Optional.empty())
                .orElseThrow(() -> new Wrong(Issue.Code.REQUIRED, "facility", "must be there"));
        if (!own.isEmpty() && !own.contains(facility)) {
            throw new Wrong(Issue.Code.FORBIDDEN, "facility", "must be one that the sender belongs to");
        }
        return facility;
    }

    /** Before the transaction: it takes its time, and needs nothing of the chart. */
    private void checkMessage(Event event) {
        if (event.payload() instanceof Payload.Resources message) {
            List<Issue> issues = message.resources().stream()
                    .flatMap(resource -> check.apply(resource).stream())
                    .toList();
            if (!issues.isEmpty()) {
                throw new Wrong(issues);
            }
        }
    }

    private Receipt work(
            SqlDesk desk, Arrival arrival, Event event, String id, String facility, long number, Instant now)
            throws SQLException {
        var made = new ArrayList<Made>();
        Patient patient = patient(desk, event, made);
        String patientId = patient.getIdElement().getIdPart();
        var resources = new ArrayList<Resource>();
        Drafts.of(event, facility, patientId, this::id).stream()
                .filter(resource -> !(resource instanceof Patient))
                .map(Resource::copy)
                .forEach(resources::add);
        var linker = new Linker(desk, patientId, this::id);
        linker.link(resources, patients(event));
        checkSubjects(resources, patientId);
        var notes = new ArrayList<>(linker.findOrders(resources));
        SqlEnrichment.Found found = enrichment.enrich(
                event, facility, patient, resources, desk, new SqlFacts(desk.connection(), patientId));
        notes.addAll(found.notes());
        resources.addAll(found.added());
        for (Resource resource : resources) {
            made.add(apply(desk, resource));
        }
        Priority priority = found.critical() ? Priority.CRITICAL : event.priority();
        var receipt = new Receipt(
                number,
                arrival.source(),
                id,
                facility,
                event.type(),
                priority,
                patientId,
                event.occurredAt(),
                now,
                mainFirst(event.type(), made),
                notes,
                Duration.between(now, clock.instant()).toMillis());
        SqlEventRows.finish(desk.connection(), receipt);
        return receipt;
    }

    private static void checkSubjects(List<Resource> resources, String patient) {
        for (Resource resource : resources) {
            boolean foreign = EventMessage.subject(resource)
                    .map(subject -> !("Patient/" + patient).equals(subject.getReference()))
                    .orElse(false);
            if (foreign) {
                throw new Wrong(Issue.Code.VALUE, resource.fhirType() + ".subject", "must be the event's patient");
            }
        }
    }

    private static List<Made> mainFirst(EventType type, List<Made> made) {
        String main = EventMessage.needed(type);
        var sorted = new ArrayList<>(made);
        sorted.sort((one, other) -> Boolean.compare(
                other.key().type().equals(main), one.key().type().equals(main)));
        return sorted;
    }

    private static List<String> patients(Event event) {
        return event.payload() instanceof Payload.Resources message
                ? message.resources().stream()
                        .filter(Patient.class::isInstance)
                        .map(resource -> resource.getIdElement().getValue())
                        .filter(Objects::nonNull)
                        .toList()
                : List.of();
    }

    private static Made apply(SqlDesk desk, Resource resource) {
        return switch (desk.apply(new Change.Update(resource, OptionalLong.empty()))) {
            case Outcome.Created created -> made(created.version());
            case Outcome.Updated updated -> made(updated.version());
            case Outcome.Unchanged same -> made(same.version());
            case Outcome.Deleted deleted -> made(deleted.version());
            case Outcome.Missing missing -> throw conflict(missing.key());
            case Outcome.Stale stale -> throw conflict(stale.key());
        };
    }

    private static Wrong conflict(Key key) {
        return new Wrong(Issue.Code.CONFLICT, key.type(), "could not be written: another one has its place");
    }

    private static Made made(Version version) {
        return new Made(version.key(), version.version());
    }

    private Patient patient(SqlDesk desk, Event event, List<Made> made) {
        Optional<Version> known = event.patient()
                .reference()
                .map(id -> desk.read(new Key("Patient", id)).filter(version -> !version.isDeleted()))
                .orElseGet(() -> event.patient().identifier().flatMap(name -> named(desk, name)));
        if (known.isPresent()) {
            Patient patient = Resources.read(Patient.class, known.get());
            if (event.type() == EventType.PATIENT_ADMISSION) {
                // Written as it is: by that the patient belongs to the admitting facility, too.
                apply(desk, patient);
            }
            return patient;
        }
        Patient fresh = brought(event)
                .orElseThrow(() -> new Wrong(
                        Issue.Code.NOT_FOUND,
                        "patient",
                        "must be known, or an admission must bring person beside identifier"));
        made.add(apply(desk, fresh));
        return fresh;
    }

    private static Optional<Version> named(SqlDesk desk, Event.Name name) {
        List<Version> found = desk.match(Condition.identifier("Patient", name.system(), name.value()), 2);
        if (found.size() > 1) {
            throw new Wrong(Issue.Code.CONFLICT, "patient.identifier", "must name one patient, it names several");
        }
        return found.stream().findFirst();
    }

    private Optional<Patient> brought(Event event) {
        if (event.payload() instanceof Payload.Resources message) {
            return message.resources().stream()
                    .filter(Patient.class::isInstance)
                    .map(resource -> ((Patient) resource).copy())
                    .peek(patient -> patient.setId(id()))
                    .findFirst();
        }
        return event.type() == EventType.PATIENT_ADMISSION
                        && event.patient().person().isPresent()
                ? event.patient()
                        .identifier()
                        .map(name ->
                                Drafts.patient(name, event.patient().person().get(), id()))
                : Optional.empty();
    }

    @Override
    public Optional<Receipt> receipt(long number, Sight sight) {
        try (Connection connection = database.getConnection()) {
            Optional<Receipt> found = SqlEventRows.find(connection, number);
            // Who can see the main resource can see what it was told by.
            return found.filter(receipt -> sight.isEverything()
                    || (!receipt.made().isEmpty()
                            && chart.read(receipt.made().getFirst().key(), sight)
                                    .isPresent()));
        } catch (SQLException e) {
            throw new ClinicalException("an event could not be read", e);
        }
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
