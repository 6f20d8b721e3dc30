package org.fieldward.core.clinical.mirror;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlVersions;
import org.fieldward.core.chart.store.SqlWitness;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.core.registry.SqlRegistrar;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DeviceUseStatement;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;

/**
 * Takes into the registry what is written in the chart about patients whom devices serve, about devices, and about which
 * device serves whom, in the transaction in which it is written. Writes nothing where both agree.
 */
public final class SqlMirror implements SqlWitness {

    /** Who writes in the chart what the registry says. */
    static final String AGENT = "registry";

    /** What the registry's mirror wrote is older than the registry by now. */
    static final class Stale extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stale() {
            super("the registry changed meanwhile", null, false, false);
        }
    }

    private final SqlRegistry registry;

    public SqlMirror(SqlRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void wrote(Connection connection, Author author, Version version) throws SQLException {
        boolean mirrored = author.agent().equals(AGENT);
        switch (version.key().type()) {
            case "Patient" -> patient(connection, version, mirrored);
            case "Device" -> device(connection, version, mirrored);
            case "DeviceUseStatement" -> use(connection, version, mirrored);
            default -> {}
        }
    }

    /**
     * The registry beside a change of the chart.
     *
     * @param registrar empty for the mirror's own writing: it must be what the registry says, and is tried again where it is
     *     not. It takes no lock, or everybody who changes the registry would wait until fifty resources are written
     */
    private record Beside(Optional<SqlRegistrar> registrar, Snapshot present) {

        static Beside of(SqlRegistry registry, Connection connection, boolean mirrored) throws SQLException {
            if (mirrored) {
                return new Beside(Optional.empty(), registry.look(connection));
            }
            SqlRegistrar registrar = registry.begin(connection);
            return new Beside(Optional.of(registrar), registrar.present());
        }

        SqlRegistrar change() {
            return registrar.orElseThrow(Stale::new);
        }
    }

    private void patient(Connection connection, Version version, boolean mirrored) throws SQLException {
        if (version.isDeleted()
                || !exists(
                        connection,
                        "select 1 from patient where id = ?",
                        version.key().id())) {
            return;
        }
        Beside beside = Beside.of(registry, connection, mirrored);
        Patient patient = Resources.read(Patient.class, version);
        Registry.Patient said = Projection.of(patient, version.updatedAt());
        Known<Registry.Patient> known = beside.present().patients().get(said.id());
        if (known == null || Projection.agree(known.is(), said)) {
            return;
        }
        if (!mirrored || !Projection.follows(patient, known.is())) {
            beside.change().putPatient(said);
        }
    }

    private void device(Connection connection, Version version, boolean mirrored) throws SQLException {
        if (version.isDeleted()) {
            return;
        }
        Beside beside = Beside.of(registry, connection, mirrored);
        Device device = Resources.read(Device.class, version);
        Optional<DeviceId> id = id(device, beside.present().devices().keySet());
        if (id.isEmpty()) {
            return;
        }
        Known<Registry.Device> known = beside.present().devices().get(id.get());
        Registry.Device said =
                device(id.get(), device, Optional.ofNullable(known).map(Known::is), version.updatedAt());
        if (known == null
                || !known.is().type().equals(said.type())
                || !known.is().bed().equals(said.bed())) {
            beside.change().putDevices(List.of(said));
        }
    }

    /** By our own identifier, or else by the id. */
    private static Optional<DeviceId> id(Device device, Iterable<DeviceId> known) {
        return device.getIdentifier().stream()
                .filter(one -> ResourceMaker.DEVICE_IDENTIFIER.equals(one.getSystem()) && one.hasValue())
                .map(Identifier::getValue)
                .filter(DeviceId::isValid)
                .map(DeviceId::new)
                .findFirst()
                .or(() -> FhirId.device(device.getIdElement().getIdPart(), known));
    }

    private static Registry.Device device(DeviceId id, Device said, Optional<Registry.Device> known, Instant at) {
        String text = said.getType().hasText()
                ? said.getType().getText()
                : Optional.ofNullable(said.getType().getCodingFirstRep().getDisplay())
                        .orElse(known.map(Registry.Device::type).orElse("device"));
        // A place that is only a reference has no name here that a bed could go by.
        Optional<String> bed = said.hasLocation() && !said.getLocation().hasDisplay()
                ? known.flatMap(Registry.Device::bed)
                : Optional.ofNullable(said.getLocation().getDisplay());
        return new Registry.Device(id, text, bed, known.flatMap(Registry.Device::gateway), at);
    }

    private void use(Connection connection, Version version, boolean mirrored) throws SQLException {
        Beside beside = Beside.of(registry, connection, mirrored);
        Optional<Binding> present =
                present(connection, beside.present(), version.key().id());
        Optional<Use> said = version.isDeleted()
                ? Optional.empty()
                : Use.of(Resources.read(DeviceUseStatement.class, version)).filter(Use::held);
        if (said.isEmpty()) {
            if (present.map(Use::of).map(Use::held).orElse(false)) {
                settle(beside.change()
                        .endBinding(present.get().number(), present.get().from()));
            }
            return;
        }
        Use use = said.get();
        if (present.isPresent() && Use.of(present.get()).agrees(use)) {
            return;
        }
        SqlRegistrar registrar = beside.change();
        if (use.until().map(end -> !end.isAfter(use.from())).orElse(false)) {
            throw new BindingConflict(
                    "DeviceUseStatement.timing", "must end later than it starts", OptionalLong.empty());
        }
        if (present.isPresent()) {
            Use was = Use.of(present.get());
            boolean onlyEnd = use.until().isPresent()
                    && new Use(was.device(), was.patient(), was.from(), use.until(), true).agrees(use);
            if (onlyEnd) {
                settle(registrar.endBinding(present.get().number(), use.until().get()));
                return;
            }
            settle(registrar.endBinding(present.get().number(), present.get().from()));
        }
        bind(connection, registrar, use, version.key().id());
    }

    private static void bind(Connection connection, SqlRegistrar registrar, Use use, String statement)
            throws SQLException {
        DeviceId device = FhirId.device(
                        use.device(), registrar.present().devices().keySet())
                .filter(registrar.present().devices()::containsKey)
                .orElseThrow(() -> new BindingConflict(
                        "DeviceUseStatement.device", "must be a Device that is known", OptionalLong.empty()));
        if (!registrar.present().patients().containsKey(use.patient())) {
            Version patient = newest(connection, new Key("Patient", use.patient()))
                    .filter(version -> !version.isDeleted())
                    .orElseThrow(() -> new BindingConflict(
                            "DeviceUseStatement.subject", "must be a Patient that is known", OptionalLong.empty()));
            registrar.putPatient(Projection.of(Resources.read(Patient.class, patient), patient.updatedAt()));
        }
        Binding bound = settle(registrar.bind(device, use.patient(), use.from(), use.until()));
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into binding_statement (binding, statement) values (?, ?)
                on conflict (statement) do update set binding = excluded.binding""")) {
            insert.setLong(1, bound.number());
            insert.setString(2, statement);
            insert.executeUpdate();
        }
    }

    private static Binding settle(BindResult result) {
        return switch (result) {
            case BindResult.Bound bound -> bound.binding();
            case BindResult.Overlaps overlaps ->
                throw new BindingConflict(
                        "DeviceUseStatement.timing",
                        "must not overlap binding-" + overlaps.other().number()
                                + ": the device serves another patient then",
                        OptionalLong.of(overlaps.other().number()));
            case BindResult.Unknown unknown ->
                throw new BindingConflict(
                        "DeviceUseStatement", "must be of a known " + unknown.what(), OptionalLong.empty());
        };
    }

    private static Optional<Binding> present(Connection connection, Snapshot registry, String statement)
            throws SQLException {
        OptionalLong number = number(connection, statement);
        return number.isEmpty() ? Optional.empty() : registry.binding(number.getAsLong());
    }

    private static OptionalLong number(Connection connection, String statement) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select binding from binding_statement where statement = ?")) {
            select.setString(1, statement);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return OptionalLong.of(row.getLong(1));
                }
            }
        }
        return Statements.number(statement);
    }

    private static Optional<Version> newest(Connection connection, Key key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + SqlVersions.COLUMNS
                + " from chart_version v join chart_resource r on r.no = v.resource_no and r.version = v.version"
                + " where r.type = ? and r.id = ?")) {
            select.setString(1, key.type());
            select.setString(2, key.id());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(SqlVersions.version(row)) : Optional.empty();
            }
        }
    }

    private static boolean exists(Connection connection, String sql, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
