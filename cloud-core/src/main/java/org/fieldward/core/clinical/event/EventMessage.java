package org.fieldward.core.clinical.event;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.clinical.event.Event.Name;
import org.fieldward.core.clinical.event.Event.Payload;
import org.fieldward.core.clinical.event.Event.Who;
import org.fieldward.core.clinical.event.EventJson.Read;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Reads an event from a FHIR message: a Bundle whose MessageHeader names the type of event
 * (https://hl7.org/fhir/R4/messaging.html). Pure.
 */
public final class EventMessage {

    public static final String EVENT = "https://fieldward.org/fhir/event";
    public static final String PRIORITY = "https://fieldward.org/fhir/priority";

    private static final int MAX_ENTRIES = 200;

    /** What a message of each type must bring, and what it may bring beside it. */
    private static final Map<EventType, String> NEEDED = Map.of(
            EventType.PATIENT_ADMISSION, "Encounter",
            EventType.LAB_RESULT, "Observation",
            EventType.IMAGING_COMPLETE, "ImagingStudy",
            EventType.MEDICATION_ORDER, "MedicationRequest");

    private static final Map<EventType, Set<String>> ALLOWED = Map.of(
            EventType.PATIENT_ADMISSION,
                    Set.of("Encounter", "Patient", "Location", "Practitioner", "Organization", "Condition"),
            EventType.LAB_RESULT,
                    Set.of(
                            "Observation",
                            "Patient",
                            "DiagnosticReport",
                            "Specimen",
                            "ServiceRequest",
                            "Practitioner",
                            "Organization"),
            EventType.IMAGING_COMPLETE,
                    Set.of(
                            "ImagingStudy",
                            "Patient",
                            "DiagnosticReport",
                            "ServiceRequest",
                            "Observation",
                            "Practitioner",
                            "Organization"),
            EventType.MEDICATION_ORDER,
                    Set.of("MedicationRequest", "Patient", "Medication", "Practitioner", "Organization"));

    private EventMessage() {}

    public static Read read(byte[] bytes) {
        IParser parser = FhirContext.forR4Cached().newJsonParser();
        parser.setParserErrorHandler(new StrictErrorHandler());
        Bundle bundle;
        try {
            bundle = parser.parseResource(Bundle.class, new String(bytes, StandardCharsets.UTF_8));
        } catch (DataFormatException | ClassCastException e) {
            // Its message may quote what was sent.
            return new Read.Bad(List.of(new Issue(
                    Issue.Code.STRUCTURE, "Bundle", "must be a FHIR R4 Bundle with no elements but those of R4")));
        }
        var issues = new ArrayList<Issue>();
        Optional<Event> event = event(bundle, issues);
        return issues.isEmpty() && event.isPresent() ? new Read.Good(event.get()) : new Read.Bad(issues);
    }

    private static Optional<Event> event(Bundle bundle, List<Issue> issues) {
        boolean isMessage = bundle.getType() == Bundle.BundleType.MESSAGE
                && bundle.getEntryFirstRep().getResource() instanceof MessageHeader;
        if (!isMessage) {
            issues.add(new Issue(
                    Issue.Code.STRUCTURE, "Bundle.type", "must be message, with a MessageHeader as the first entry"));
            return Optional.empty();
        }
        if (bundle.getEntry().size() > MAX_ENTRIES) {
            issues.add(new Issue(Issue.Code.STRUCTURE, "Bundle.entry", "must be at most " + MAX_ENTRIES));
            return Optional.empty();
        }
        var header = (MessageHeader) bundle.getEntryFirstRep().getResource();
        Optional<EventType> type =
                word(EventType.values(), header.hasEventCoding() ? List.of(header.getEventCoding()) : List.of(), EVENT);
        if (type.isEmpty()) {
            issues.add(new Issue(
                    Issue.Code.VALUE,
                    "MessageHeader.eventCoding",
                    "must be one of patient_admission, lab_result, imaging_complete, medication_order in " + EVENT));
            return Optional.empty();
        }
        var resources = new ArrayList<Resource>();
        for (Bundle.BundleEntryComponent entry :
                bundle.getEntry().subList(1, bundle.getEntry().size())) {
            Resource resource = entry.getResource();
            if (resource == null || !ALLOWED.getOrDefault(type.get(), Set.of()).contains(resource.fhirType())) {
                issues.add(new Issue(
                        Issue.Code.STRUCTURE,
                        "Bundle.entry[" + (resources.size() + 1) + "]",
                        "must be one of "
                                + String.join(
                                        ", ",
                                        ALLOWED.getOrDefault(type.get(), Set.of()).stream()
                                                .sorted()
                                                .toList())));
                return Optional.empty();
            }
            if (!resource.hasId() && entry.hasFullUrl()) {
                resource.setId(entry.getFullUrl());
            }
            resources.add(resource);
        }
        String needed = NEEDED.getOrDefault(type.get(), "");
        if (resources.stream().noneMatch(resource -> resource.fhirType().equals(needed))) {
            issues.add(new Issue(Issue.Code.REQUIRED, "Bundle.entry", "must bring " + needed));
        }
        if (!bundle.hasTimestamp()) {
            issues.add(new Issue(Issue.Code.REQUIRED, "Bundle.timestamp", "must be there"));
        }
        Optional<Who> who = who(resources, issues);
        if (!issues.isEmpty() || who.isEmpty()) {
            return Optional.empty();
        }
        Priority priority =
                word(Priority.values(), header.getMeta().getTag(), PRIORITY).orElse(Priority.MEDIUM);
        return Optional.of(new Event(
                Optional.ofNullable(bundle.getIdentifier().getValue()),
                type.get(),
                priority,
                Optional.empty(),
                occurredAt(bundle, resources),
                who.get(),
                new Payload.Resources(resources)));
    }

    private static <E extends Enum<E>> Optional<E> word(E[] values, List<Coding> codings, String system) {
        return codings.stream()
                .filter(coding -> system.equals(coding.getSystem()) && coding.hasCode())
                .flatMap(coding -> Arrays.stream(values)
                        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(coding.getCode())))
                .findFirst();
    }

    /** An admission happened when the stay began; the others when they were told. */
    private static Instant occurredAt(Bundle bundle, List<Resource> resources) {
        return resources.stream()
                .filter(Encounter.class::isInstance)
                .map(Encounter.class::cast)
                .filter(encounter -> encounter.getPeriod().hasStart())
                .map(encounter -> encounter.getPeriod().getStart().toInstant())
                .findFirst()
                .orElseGet(() -> bundle.getTimestamp().toInstant());
    }

    /** The one patient whom all of it concerns. */
    private static Optional<Who> who(List<Resource> resources, List<Issue> issues) {
        List<Patient> patients = resources.stream()
                .filter(Patient.class::isInstance)
                .map(Patient.class::cast)
                .toList();
        if (patients.size() == 1) {
            Identifier identifier = patients.getFirst().getIdentifierFirstRep();
            if (!identifier.hasSystem() || !identifier.hasValue()) {
                issues.add(new Issue(Issue.Code.REQUIRED, "Patient.identifier", "must be there, with its system"));
                return Optional.empty();
            }
            return Optional.of(new Who(
                    Optional.empty(),
                    Optional.of(new Name(identifier.getSystem(), identifier.getValue())),
                    Optional.empty()));
        }
        List<Reference> subjects = resources.stream()
                .flatMap(resource -> subject(resource).stream())
                .toList();
        List<String> ids = subjects.stream()
                .filter(subject -> subject.getReferenceElement().hasIdPart()
                        && "Patient".equals(subject.getReferenceElement().getResourceType()))
                .map(subject -> subject.getReferenceElement().getIdPart())
                .distinct()
                .toList();
        if (!patients.isEmpty() || subjects.isEmpty() || ids.size() != 1) {
            issues.add(new Issue(
                    Issue.Code.VALUE, "Bundle.entry", "must be about one Patient: as an entry, or as every subject"));
            return Optional.empty();
        }
        return Optional.of(new Who(Optional.of(ids.getFirst()), Optional.empty(), Optional.empty()));
    }

    /** The type of resource that an event of that type is about. */
    public static String needed(EventType type) {
        return NEEDED.getOrDefault(type, "");
    }

    /** Whom a resource is about, where it can say so. */
    public static Optional<Reference> subject(Resource resource) {
        for (String name : List.of("subject", "patient")) {
            Property property = resource.getNamedProperty(name);
            if (property != null && property.hasValues() && property.getValues().getFirst() instanceof Reference one) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
