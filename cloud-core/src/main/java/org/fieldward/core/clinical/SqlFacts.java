package org.fieldward.core.clinical;

import com.fasterxml.jackson.databind.node.TextNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlVersions;
import org.fieldward.core.clinical.enrichment.LabEnrichment.Earlier;
import org.fieldward.core.clinical.enrichment.MedicationRules.Named;
import org.fieldward.core.clinical.mirror.Resources;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;

/** What the chart holds of one patient that an event must be seen with, whichever facility made it. */
final class SqlFacts {

    private static final int MOST = 500;

    private final Connection connection;
    private final String patient;

    SqlFacts(Connection connection, String patient) {
        this.connection = connection;
        this.patient = patient;
    }

    /** The newest of the patient's resources of that type. */
    private List<Version> of(String type) throws SQLException {
        return of(type, "");
    }

    private List<Version> of(String type, String codings) throws SQLException {
        String sql = "select " + SqlVersions.COLUMNS + " from chart_resource r join chart_version v"
                + " on v.resource_no = r.no and v.version = r.version"
                + " where r.type = ? and r.patients @> array[?]::text[] and not r.deleted"
                + (codings.isEmpty() ? "" : " and v.content::jsonb -> 'code' -> 'coding' @> ?::jsonb")
                + " order by r.updated_at desc limit " + MOST;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, type);
            select.setString(2, patient);
            if (!codings.isEmpty()) {
                select.setString(3, codings);
            }
            try (ResultSet row = select.executeQuery()) {
                var versions = new ArrayList<Version>();
                while (row.next()) {
                    versions.add(SqlVersions.version(row));
                }
                return versions;
            }
        }
    }

    /** The patient's last value of that test before this one. */
    Optional<Earlier> earlier(Coding test, Observation now, Instant at) throws SQLException {
        var like = new Coding(test.getSystem(), test.getCode(), null);
        String coding = "[{\"code\":" + quoted(like.getCode())
                + (like.hasSystem() ? ",\"system\":" + quoted(like.getSystem()) : "") + "}]";
        return of("Observation", coding).stream()
                .filter(version -> !version.key().id().equals(now.getIdElement().getIdPart()))
                .map(version -> Resources.read(Observation.class, version))
                .filter(one -> one.getStatus() != ObservationStatus.ENTEREDINERROR
                        && one.getStatus() != ObservationStatus.CANCELLED)
                .filter(one -> one.hasEffectiveDateTimeType()
                        && one.getValue() instanceof Quantity quantity
                        && quantity.hasValue()
                        && one.getEffectiveDateTimeType().getValue().toInstant().isBefore(at))
                .max(Comparator.comparing(one -> one.getEffectiveDateTimeType().getValue()))
                .map(one -> new Earlier(
                        "Observation/" + one.getIdElement().getIdPart(),
                        one.getValueQuantity().getValue(),
                        Optional.ofNullable(one.getValueQuantity().getCode())
                                .or(() -> Optional.ofNullable(
                                        one.getValueQuantity().getUnit()))
                                .orElse(""),
                        one.getEffectiveDateTimeType().getValue().toInstant()));
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    /** Orders in force, but for the one that is looked at. */
    List<Named> activeOrders(MedicationRequest order) throws SQLException {
        return of("MedicationRequest").stream()
                .filter(version ->
                        !version.key().id().equals(order.getIdElement().getIdPart()))
                .map(version -> Resources.read(MedicationRequest.class, version))
                .filter(one -> one.getStatus() == MedicationRequestStatus.ACTIVE
                        || one.getStatus() == MedicationRequestStatus.ONHOLD)
                .map(one -> new Named(
                        "MedicationRequest/" + one.getIdElement().getIdPart(),
                        one.hasMedicationCodeableConcept()
                                ? one.getMedicationCodeableConcept()
                                : new CodeableConcept()
                                        .setText(one.getMedicationReference().getDisplay())))
                .toList();
    }

    /** Allergies that nobody refuted or called resolved. */
    List<Named> allergies() throws SQLException {
        return of("AllergyIntolerance").stream()
                .map(version -> Resources.read(AllergyIntolerance.class, version))
                .filter(one -> !is(one.getVerificationStatus(), "refuted")
                        && !is(one.getVerificationStatus(), "entered-in-error")
                        && !is(one.getClinicalStatus(), "resolved")
                        && !is(one.getClinicalStatus(), "inactive"))
                .flatMap(one -> Stream.concat(
                                Stream.of(one.getCode()),
                                one.getReaction().stream().map(reaction -> reaction.getSubstance()))
                        .filter(concept -> !concept.isEmpty())
                        .map(concept -> new Named(
                                "AllergyIntolerance/" + one.getIdElement().getIdPart(), concept)))
                .toList();
    }

    private static boolean is(CodeableConcept concept, String code) {
        return concept.getCoding().stream().anyMatch(coding -> code.equals(coding.getCode()));
    }

    SqlFacts ofPatient(String other) {
        return new SqlFacts(connection, other);
    }

    /** One stay as it is kept. */
    Optional<Encounter> encounter(String id) throws SQLException {
        return of("Encounter").stream()
                .filter(version -> version.key().id().equals(id))
                .map(version -> Resources.read(Encounter.class, version))
                .findFirst();
    }

    /** The stay that is going on. */
    Optional<Encounter> openEncounter() throws SQLException {
        return of("Encounter").stream()
                .map(version -> Resources.read(Encounter.class, version))
                .filter(one -> one.getStatus() == EncounterStatus.INPROGRESS)
                .findFirst();
    }
}
