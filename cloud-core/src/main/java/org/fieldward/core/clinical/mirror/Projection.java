package org.fieldward.core.clinical.mirror;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;

/** What the registry keeps of a Patient, and a Patient put right by what the registry says. Pure. */
public final class Projection {

    private Projection() {}

    /** What the registry would say of that Patient. */
    public static Registry.Patient of(Patient patient, Instant updatedAt) {
        HumanName name = patient.getNameFirstRep();
        return new Registry.Patient(
                patient.getIdElement().getIdPart(),
                text(identifier(patient).map(Identifier::getValue).orElse("")),
                text(name.getFamily()),
                name.getGiven().stream().map(one -> text(one.getValue())).collect(Collectors.joining(" ")),
                birthDate(patient.getBirthDateElement()),
                patient.hasGender() ? patient.getGender().toCode() : "unknown",
                updatedAt);
    }

    private static Optional<Identifier> identifier(Patient patient) {
        return patient.getIdentifier().stream()
                .filter(one -> ResourceMaker.PATIENT_IDENTIFIER.equals(one.getSystem()))
                .findFirst()
                .or(() -> patient.getIdentifier().stream().findFirst());
    }

    /** The registry knows whole days only. */
    private static Optional<LocalDate> birthDate(DateType date) {
        return date.hasValue() && date.getPrecision() == TemporalPrecisionEnum.DAY
                ? Optional.of(LocalDate.parse(date.getValueAsString()))
                : Optional.empty();
    }

    @SuppressWarnings("NullAway") // HAPI gives null for an element that is not there.
    private static String text(String value) {
        return value == null ? "" : value;
    }

    /** Whether both say the same, whenever they said it. */
    public static boolean agree(Registry.Patient one, Registry.Patient other) {
        return one.id().equals(other.id())
                && one.identifier().equals(other.identifier())
                && one.family().equals(other.family())
                && one.given().equals(other.given())
                && one.birthDate().equals(other.birthDate())
                && one.gender().equals(other.gender());
    }

    /** Whether that Patient says what the registry does; what the registry leaves empty, it says nothing about. */
    static boolean follows(Patient patient, Registry.Patient known) {
        Registry.Patient said = of(patient, known.updatedAt());
        return agree(filled(known, said), said);
    }

    private static Registry.Patient filled(Registry.Patient known, Registry.Patient said) {
        boolean named = !known.family().isEmpty() || !known.given().isEmpty();
        return new Registry.Patient(
                known.id(),
                known.identifier().isEmpty() ? said.identifier() : known.identifier(),
                named ? known.family() : said.family(),
                named ? known.given() : said.given(),
                known.birthDate(),
                known.gender(),
                known.updatedAt());
    }

    /** The Patient with what the registry says otherwise put right, and all else as it was. */
    static Patient putRight(Patient stored, Registry.Patient registered) {
        Patient patient = stored.copy();
        Registry.Patient said = of(stored, registered.updatedAt());
        Registry.Patient known = filled(registered, said);
        if (!said.identifier().equals(known.identifier())) {
            patient.getIdentifier().removeIf(one -> ResourceMaker.PATIENT_IDENTIFIER.equals(one.getSystem()));
            patient.addIdentifier().setSystem(ResourceMaker.PATIENT_IDENTIFIER).setValue(known.identifier());
        }
        if (!said.family().equals(known.family()) || !said.given().equals(known.given())) {
            HumanName name = patient.getNameFirstRep();
            name.setFamily(known.family().isEmpty() ? null : known.family());
            name.getGiven().clear();
            if (!known.given().isEmpty()) {
                name.addGiven(known.given());
            }
            // It may have been the whole name, and would go on to say the old one.
            name.setText(null);
        }
        if (!said.birthDate().equals(known.birthDate())) {
            patient.setBirthDateElement(
                    known.birthDate().map(date -> new DateType(date.toString())).orElse(new DateType()));
        }
        if (!said.gender().equals(known.gender())) {
            patient.setGender(AdministrativeGender.fromCode(known.gender()));
        }
        return patient;
    }
}
