package org.fieldward.core.webhook.fhir;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Movement;
import org.fieldward.core.webhook.wording.Origin;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterLocationStatus;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.Patient;

/** What a message of FHIR makes happen: its event is that of HL7 version 2 (A01), or the word for it. */
final class Events {

    private Events() {}

    static List<Movement> of(MessageHeader header, Bundle bundle, List<Draft> drafts, Origin origin) {
        Optional<Movement.Kind> kind = kind(header);
        Optional<Draft> patient = drafts.stream()
                .filter(draft -> draft.resource() instanceof Patient)
                .findFirst();
        if (kind.isEmpty() || patient.isEmpty()) {
            return List.of();
        }
        Optional<Draft> stay = drafts.stream()
                .filter(draft -> draft.resource() instanceof Encounter)
                .findFirst();
        Optional<Encounter> encounter = stay.map(draft -> (Encounter) draft.resource());
        Instant at = encounter
                .flatMap(known -> time(kind.get(), known))
                .or(() -> Optional.ofNullable(bundle.getTimestamp()).map(java.util.Date::toInstant))
                .orElse(origin.arrivedAt());
        return List.of(new Movement(
                kind.get(),
                name(patient.get()),
                stay.map(Events::name),
                encounter.map(known -> beds(known, drafts)).orElse(List.of()),
                Optional.empty(),
                at));
    }

    private static String name(Draft draft) {
        return draft.names().iterator().next();
    }

    private static Optional<Movement.Kind> kind(MessageHeader header) {
        String said = header.hasEventCoding()
                ? FhirMatter.text(header.getEventCoding().getCode())
                : FhirMatter.text(header.getEventUriType().getValue()).replaceAll(".*[/#:]", "");
        return switch (said.toLowerCase(Locale.ROOT).replace("patient-", "").replace("patient_", "")) {
            case "a01", "a04", "admit", "admission", "admitted", "register", "registration" ->
                Optional.of(Movement.Kind.ADMIT);
            case "a02", "transfer", "transferred" -> Optional.of(Movement.Kind.TRANSFER);
            case "a03", "discharge", "discharged" -> Optional.of(Movement.Kind.DISCHARGE);
            case "a11", "cancel-admit", "cancel-admission" -> Optional.of(Movement.Kind.CANCEL_ADMIT);
            case "a12", "cancel-transfer" -> Optional.of(Movement.Kind.CANCEL_TRANSFER);
            case "a13", "cancel-discharge" -> Optional.of(Movement.Kind.CANCEL_DISCHARGE);
            default -> Optional.empty();
        };
    }

    private static Optional<Instant> time(Movement.Kind kind, Encounter encounter) {
        return switch (kind) {
            case ADMIT, CANCEL_ADMIT ->
                Optional.ofNullable(encounter.getPeriod().getStart()).map(java.util.Date::toInstant);
            case DISCHARGE, CANCEL_DISCHARGE ->
                Optional.ofNullable(encounter.getPeriod().getEnd()).map(java.util.Date::toInstant);
            case TRANSFER, CANCEL_TRANSFER, MERGE ->
                place(encounter).map(place -> place.getPeriod().getStart()).map(java.util.Date::toInstant);
        };
    }

    /** The place that is active, or else the last in the list. */
    private static Optional<Encounter.EncounterLocationComponent> place(Encounter encounter) {
        var places = encounter.getLocation();
        return places.stream()
                .filter(place -> place.getStatus() == EncounterLocationStatus.ACTIVE)
                .findFirst()
                .or(() -> places.isEmpty() ? Optional.empty() : Optional.of(places.getLast()));
    }

    private static List<String> beds(Encounter encounter, List<Draft> drafts) {
        var names = new ArrayList<String>();
        place(encounter).ifPresent(place -> {
            String reference = FhirMatter.text(place.getLocation().getReference());
            drafts.stream()
                    .filter(draft -> draft.names().contains(reference) && draft.resource() instanceof Location)
                    .map(draft -> (Location) draft.resource())
                    .forEach(location -> {
                        location.getIdentifier().forEach(id -> names.add(FhirMatter.text(id.getValue())));
                        names.add(FhirMatter.text(location.getName()));
                    });
            names.add(FhirMatter.text(place.getLocation().getDisplay()));
        });
        return Stream.of(names)
                .flatMap(List::stream)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }
}
