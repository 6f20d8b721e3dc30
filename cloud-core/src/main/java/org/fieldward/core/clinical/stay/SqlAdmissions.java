package org.fieldward.core.clinical.stay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlDesk;
import org.fieldward.core.clinical.ClinicalException;
import org.fieldward.core.clinical.mirror.Projection;
import org.fieldward.core.clinical.mirror.Resources;
import org.fieldward.core.clinical.stay.BindingPlan.Step;
import org.fieldward.core.clinical.stay.Movement.Bed;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.core.registry.SqlRegistrar;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Reference;

/** Admissions in PostgreSQL: movements in their table, bindings through the registry's own rules. */
public final class SqlAdmissions implements Admissions {

    private final SqlRegistry registry;
    private final UnaryOperator<String> facilityOf;
    private final InstantSource clock;

    /** @param facilityOf to which facility a gateway belongs, and by that the beds of its devices */
    public SqlAdmissions(SqlRegistry registry, UnaryOperator<String> facilityOf, InstantSource clock) {
        this.registry = registry;
        this.facilityOf = facilityOf;
        this.clock = clock;
    }

    private interface Work {
        Optional<String> in(Session session) throws SQLException;
    }

    private Effects inTransaction(Desk desk, Work work) {
        try {
            var session = new Session(desk);
            Optional<String> former = work.in(session);
            return new Effects(session.done, former);
        } catch (SQLException e) {
            // The chart starts over where the database asks for it.
            throw new ChartException("movements could not be stored", e);
        }
    }

    @Override
    public Effects arrive(Desk desk, Visit visit, String bed, Instant at) {
        var movement = new Movement(0, visit.patient(), at, visit.facility(), Optional.of(bed));
        return inTransaction(desk, session -> {
            if (SqlMovements.isTold(session.connection, movement)) {
                return Optional.empty();
            }
            var here = new Bed(visit.facility(), bed);
            Optional<String> former = session.occupant(here, at).filter(patient -> !patient.equals(visit.patient()));
            session.change(visit.patient(), at, () -> SqlMovements.insert(session.connection, movement, visit.visit()));
            session.release(visit.patient(), at, device -> device.bed().isPresent() && !isIn(device, here));
            return former;
        });
    }

    @Override
    public Effects leave(Desk desk, Visit visit, Instant at) {
        var movement = new Movement(0, visit.patient(), at, visit.facility(), Optional.empty());
        return inTransaction(desk, session -> {
            if (!SqlMovements.isTold(session.connection, movement)) {
                session.change(
                        visit.patient(), at, () -> SqlMovements.insert(session.connection, movement, visit.visit()));
                session.release(visit.patient(), at, device -> isOf(device, visit.facility()));
            }
            return Optional.empty();
        });
    }

    @Override
    public Effects cancel(Desk desk, Visit visit, Kind kind) {
        return inTransaction(desk, session -> {
            Optional<Movement> newest = SqlMovements.newest(session.connection, visit, kind == Kind.ARRIVAL);
            if (newest.isPresent()) {
                session.change(
                        visit.patient(),
                        newest.get().at(),
                        () -> SqlMovements.cancel(
                                session.connection, newest.get().number()));
            }
            return Optional.empty();
        });
    }

    @Override
    public Effects merge(Desk desk, String patient, String into) {
        if (patient.equals(into)) {
            return Effects.NONE;
        }
        return inTransaction(desk, session -> {
            var served = session.registrar.present().uses(patient).stream().map(Binding::device);
            for (DeviceId id : served.distinct().sorted().toList()) {
                session.perform(BindingPlan.rename(id, session.bindings(id), patient, into));
            }
            SqlMovements.rename(session.connection, patient, into);
            link(desk, patient, into);
            return Optional.empty();
        });
    }

    private static void link(Desk desk, String patient, String into) {
        Patient merged = Resources.read(Patient.class, known(desk, patient));
        Patient surviving = Resources.read(Patient.class, known(desk, into));
        if (merged.getLink().stream().noneMatch(one -> one.getType() == LinkType.REPLACEDBY)) {
            merged.addLink().setOther(new Reference("Patient/" + into)).setType(LinkType.REPLACEDBY);
        }
        merged.setActive(false);
        boolean linked = surviving.getLink().stream()
                .anyMatch(one -> ("Patient/" + patient).equals(one.getOther().getReference()));
        if (!linked) {
            surviving.addLink().setOther(new Reference("Patient/" + patient)).setType(LinkType.REPLACES);
        }
        desk.apply(new Change.Update(merged, OptionalLong.empty()));
        desk.apply(new Change.Update(surviving, OptionalLong.empty()));
    }

    private static Version known(Desk desk, String patient) {
        return desk.read(new Key("Patient", patient))
                .filter(version -> !version.isDeleted())
                .orElseThrow(() -> new ClinicalException("a movement is of a Patient that the chart does not have"));
    }

    private boolean isIn(Device device, Bed bed) {
        return device.bed().equals(Optional.of(bed.name())) && isOf(device, bed.facility());
    }

    /** A device that no gateway carried yet is wherever it is said to be. */
    private boolean isOf(Device device, String facility) {
        return device.gateway()
                .map(gateway -> facilityOf.apply(gateway).equals(facility))
                .orElse(true);
    }

    private interface Movements {
        void change() throws SQLException;
    }

    /** One message's work: what it did so far, and the registry under its lock. */
    private final class Session {

        private final Desk desk;
        private final Connection connection;
        private final SqlRegistrar registrar;
        private final List<Step> done = new ArrayList<>();

        Session(Desk desk) throws SQLException {
            this.desk = desk;
            connection = ((SqlDesk) desk).connection();
            registrar = registry.begin(connection);
        }

        List<Binding> bindings(DeviceId device) throws SQLException {
            return registrar.present().bindings().getOrDefault(device, List.of());
        }

        private List<Device> devices(Predicate<Device> which) throws SQLException {
            return registrar.present().devices().values().stream()
                    .map(Known::is)
                    .filter(which)
                    .toList();
        }

        /** Changes a patient's movements, and then the bindings in every bed that the patient came to. */
        void change(String patient, Instant since, Movements movements) throws SQLException {
            Map<Bed, List<Stay>> before = new LinkedHashMap<>();
            for (Bed bed : SqlMovements.beds(connection, patient, since)) {
                before.put(bed, Stay.in(bed, SqlMovements.around(connection, bed, since)));
            }
            movements.change();
            var beds = new LinkedHashSet<>(before.keySet());
            beds.addAll(SqlMovements.beds(connection, patient, since));
            for (Bed bed : beds) {
                List<Movement> around = SqlMovements.around(connection, bed, since);
                List<Stay> was = before.containsKey(bed)
                        ? before.getOrDefault(bed, List.of())
                        : Stay.in(bed, without(around, patient));
                for (Device device : devices(device -> isIn(device, bed))) {
                    perform(BindingPlan.of(device.id(), bindings(device.id()), was, Stay.in(bed, around)));
                }
            }
        }

        /** In a bed that the patient had never come to before, the patient had no part. */
        private static List<Movement> without(List<Movement> movements, String patient) {
            return movements.stream()
                    .filter(one -> !one.patient().equals(patient))
                    .toList();
        }

        /** Who was in that bed by what was told, or else by what was bound there. */
        Optional<String> occupant(Bed bed, Instant at) throws SQLException {
            Optional<String> told = Stay.in(bed, SqlMovements.around(connection, bed, at)).stream()
                    .filter(stay -> stay.covers(at))
                    .map(Stay::patient)
                    .findFirst();
            if (told.isPresent()) {
                return told;
            }
            for (Device device : devices(device -> isIn(device, bed))) {
                Optional<Known<org.fieldward.core.registry.Registry.Patient>> served =
                        registrar.present().servedBy(device.id(), at);
                if (served.isPresent()) {
                    return served.map(patient -> patient.is().id());
                }
            }
            return Optional.empty();
        }

        void release(String patient, Instant at, Predicate<Device> which) throws SQLException {
            for (Device device : devices(which)) {
                perform(BindingPlan.release(device.id(), bindings(device.id()), patient, at));
            }
        }

        void perform(List<Step> steps) throws SQLException {
            var numbers = new HashMap<Long, Long>();
            for (Step step : steps) {
                BindResult result = switch (step) {
                    case Step.End end ->
                        registrar.endBinding(numbers.getOrDefault(end.binding(), end.binding()), end.at());
                    case Step.Bind bind -> {
                        serve(bind.patient());
                        yield registrar.bind(bind.device(), bind.patient(), bind.from(), bind.until());
                    }
                };
                if (!(result instanceof BindResult.Bound bound)) {
                    throw new ClinicalException("a binding could not follow a movement");
                }
                if (step instanceof Step.Bind bind) {
                    numbers.put(bind.as(), bound.binding().number());
                }
                done.add(step);
            }
        }

        /** The registry has only patients whom devices serve. */
        private void serve(String patient) throws SQLException {
            if (!registrar.present().patients().containsKey(patient)) {
                registrar.putPatient(
                        Projection.of(Resources.read(Patient.class, known(desk, patient)), clock.instant()));
            }
        }
    }
}
