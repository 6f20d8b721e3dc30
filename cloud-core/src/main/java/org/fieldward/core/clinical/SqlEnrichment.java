package org.fieldward.core.clinical;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.clinical.enrichment.LabEnrichment;
import org.fieldward.core.clinical.enrichment.LabEnrichment.Earlier;
import org.fieldward.core.clinical.enrichment.LabEnrichment.Subject;
import org.fieldward.core.clinical.enrichment.MedicationEnrichment;
import org.fieldward.core.clinical.enrichment.MedicationRules;
import org.fieldward.core.clinical.enrichment.MedicationRules.Finding;
import org.fieldward.core.clinical.enrichment.MedicationRules.Severity;
import org.fieldward.core.clinical.enrichment.ReferenceRanges;
import org.fieldward.core.clinical.event.Drafts;
import org.fieldward.core.clinical.event.Event;
import org.fieldward.core.clinical.mirror.Projection;
import org.fieldward.core.clinical.stay.Admissions;
import org.fieldward.core.clinical.stay.Admissions.Effects;
import org.fieldward.core.clinical.stay.Admissions.Visit;
import org.fieldward.core.clinical.stay.BindingPlan.Step;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterLocationStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/** Sees an event together with what the chart knows of its patient, and adds to its resources what follows. */
final class SqlEnrichment {

    /** What was found out. */
    record Found(List<String> notes, List<Resource> added, boolean critical) {}

    private final LabEnrichment lab = new LabEnrichment(ReferenceRanges.standard());
    private final MedicationRules medication = MedicationRules.standard();
    private final Admissions admissions;
    private final Supplier<String> ids;

    SqlEnrichment(Admissions admissions, Supplier<String> ids) {
        this.admissions = admissions;
        this.ids = ids;
    }

    /** @param resources with their ids in the chart; changed in place */
    Found enrich(Event event, String facility, Patient patient, List<Resource> resources, Desk desk, SqlFacts facts)
            throws SQLException {
        return switch (event.type()) {
            case LAB_RESULT -> results(patient, event.occurredAt(), resources, facts);
            case PATIENT_ADMISSION -> admission(event, facility, patient, resources, desk, facts);
            case MEDICATION_ORDER -> orders(resources, facts);
            case IMAGING_COMPLETE -> new Found(List.of(), List.of(), false);
        };
    }

    private Found results(Patient patient, Instant at, List<Resource> resources, SqlFacts facts) throws SQLException {
        var subject = new Subject(
                patient.hasGender() ? patient.getGender().toCode() : "unknown",
                Projection.of(patient, at).birthDate());
        var notes = new ArrayList<String>();
        for (Resource resource : resources) {
            if (resource instanceof Observation observation) {
                Instant measured = observation.getEffective() instanceof DateTimeType time && time.hasValue()
                        ? time.getValue().toInstant()
                        : at;
                Optional<Coding> test = LabEnrichment.test(observation);
                Optional<Earlier> earlier =
                        test.isPresent() ? facts.earlier(test.get(), observation, measured) : Optional.empty();
                if (lab.enrich(observation, subject, earlier, measured)) {
                    notes.add("critical: " + test.map(Coding::getCode).orElse("a result"));
                }
            }
        }
        return new Found(notes, List.of(), !notes.isEmpty());
    }

    private Found admission(
            Event event, String facility, Patient patient, List<Resource> resources, Desk desk, SqlFacts facts)
            throws SQLException {
        Encounter encounter = first(Encounter.class, resources).orElseThrow();
        Optional<Encounter> before = facts.encounter(encounter.getIdElement().getIdPart());
        before.ifPresent(stay -> keepPlaces(encounter, stay, event.occurredAt()));
        var notes = new ArrayList<String>();
        Optional<String> bed = bed(encounter, resources);
        if (bed.isEmpty()) {
            notes.add("no bed: no device was bound");
            return new Found(notes, List.of(), false);
        }
        var visit = new Visit(
                patient.getIdElement().getIdPart(),
                encounter.getIdentifier().stream()
                        .map(Identifier::getValue)
                        .findFirst()
                        .orElse(""),
                facility);
        Effects effects = admissions.arrive(desk, visit, bed.get(), event.occurredAt());
        for (Step step : effects.steps()) {
            notes.add(
                    switch (step) {
                        case Step.Bind bind -> "bound device " + bind.device().name();
                        case Step.End end ->
                            "ended binding of device " + end.device().name();
                    });
        }
        if (effects.formerPatient().isPresent()) {
            String former = effects.formerPatient().get();
            Optional<Encounter> open = facts.ofPatient(former).openEncounter();
            notes.add(open.map(
                            one -> "the bed was Encounter/" + one.getIdElement().getIdPart() + "'s, which is not ended")
                    .orElse("the bed was another patient's"));
        }
        return new Found(notes, List.of(), false);
    }

    /** Where the patient was before in this stay is not forgotten. */
    private static void keepPlaces(Encounter encounter, Encounter before, Instant at) {
        for (var place : before.getLocation()) {
            boolean again = encounter.getLocation().stream()
                    .anyMatch(one -> one.getLocation().equalsDeep(place.getLocation()));
            if (!again) {
                var past = place.copy();
                if (past.getStatus() == EncounterLocationStatus.ACTIVE) {
                    past.setStatus(EncounterLocationStatus.COMPLETED);
                    past.getPeriod().setEnd(Date.from(at));
                }
                encounter.addLocation(past);
            }
        }
        if (before.getPeriod().hasStart()
                && before.getPeriod().getStart().before(encounter.getPeriod().getStart())) {
            encounter
                    .getPeriod()
                    .setStartElement(before.getPeriod().getStartElement().copy());
        }
    }

    /** The bed as devices have it: by our own identifier, or else by the name of what is a bed. */
    private static Optional<String> bed(Encounter encounter, List<Resource> resources) {
        for (Resource resource : resources) {
            if (resource instanceof Location location) {
                boolean named = encounter.getLocation().stream()
                        .anyMatch(
                                place -> ("Location/" + location.getIdElement().getIdPart())
                                        .equals(place.getLocation().getReference()));
                boolean isBed = location.getPhysicalType()
                                .hasCoding("http://terminology.hl7.org/CodeSystem/location-physical-type", "bd")
                        || location.getIdentifier().stream().anyMatch(one -> Drafts.BED.equals(one.getSystem()));
                if (named && isBed && location.hasName()) {
                    return Optional.of(location.getName());
                }
            }
        }
        return Optional.empty();
    }

    private Found orders(List<Resource> resources, SqlFacts facts) throws SQLException {
        var notes = new ArrayList<String>();
        var flags = new ArrayList<Resource>();
        for (Resource resource : resources) {
            if (resource instanceof MedicationRequest order && order.hasMedicationCodeableConcept()) {
                if (medication.atc(order.getMedicationCodeableConcept()).isEmpty()) {
                    notes.add("interactions were not checked: the rules do not know this drug");
                }
                List<Finding> findings = medication.check(
                        order.getMedicationCodeableConcept(), facts.activeOrders(order), facts.allergies());
                MedicationEnrichment.enrich(order, findings);
                for (Finding finding : findings) {
                    notes.add(finding.severity().text() + ": " + finding.text());
                    if (finding.severity() == Severity.HIGH) {
                        flags.add(MedicationEnrichment.flag(order, finding, ids.get()));
                    }
                }
            } else if (resource instanceof MedicationRequest) {
                notes.add("interactions were not checked: the drug is named by reference");
            }
        }
        return new Found(notes, flags, false);
    }

    private static <T extends Resource> Optional<T> first(Class<T> type, List<Resource> resources) {
        return resources.stream().filter(type::isInstance).map(type::cast).findFirst();
    }
}
