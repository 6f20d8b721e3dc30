package org.fieldward.core.clinical.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;

/**
 * Something that happened to a patient, as its source tells it.
 *
 * @param id the source's own name for it; empty where it gave none
 * @param facility empty where the source did not say
 */
public record Event(
        Optional<String> id,
        EventType type,
        Priority priority,
        Optional<String> facility,
        Instant occurredAt,
        Who patient,
        Payload payload) {

    /** Whom it concerns: by reference, or else by identifier. */
    public record Who(Optional<String> reference, Optional<Name> identifier, Optional<Person> person) {}

    /** An identifier in its system. */
    public record Name(String system, String value) {}

    /** What a Patient is made of who is not known yet. */
    public record Person(String family, String given, Optional<LocalDate> birthDate, String gender) {}

    /** A code in its system; the system is empty for a code that is only text. */
    public record Code(String system, String code, String display) {}

    /** What is particular to a type. */
    public sealed interface Payload {

        /**
         * @param visit the hospital's number of the stay
         * @param bed as the devices of that bed have it; empty: no bed
         * @param kind v3 ActCode: IMP, EMER, AMB, OBSENC
         */
        record Admission(String visit, Optional<String> bed, String kind, Optional<String> reason) implements Payload {}

        record Lab(
                Optional<String> accession,
                Optional<Code> panel,
                String status,
                Optional<String> specimen,
                List<Result> results)
                implements Payload {
            public Lab {
                results = List.copyOf(results);
            }
        }

        /** @param studyUid DICOM Study Instance UID */
        record Imaging(
                String accession,
                String studyUid,
                String modality,
                int series,
                int instances,
                Optional<String> description,
                Optional<ImagingReport> report)
                implements Payload {}

        record Medication(
                Optional<String> order,
                Code drug,
                String status,
                Optional<Quantity> dose,
                Optional<String> route,
                String instruction,
                Optional<String> reason)
                implements Payload {}

        /** Of a FHIR message: the resources as they came. */
        record Resources(List<Resource> resources) implements Payload {
            public Resources {
                resources = List.copyOf(resources);
            }
        }
    }

    /** One measured value: a quantity, or words. */
    public record Result(
            Code test,
            Optional<Quantity> quantity,
            Optional<String> words,
            Optional<BigDecimal> low,
            Optional<BigDecimal> high,
            Optional<String> interpretation) {}

    /** @param unit UCUM */
    public record Quantity(BigDecimal value, String unit) {}

    /** @param status preliminary or final */
    public record ImagingReport(String status, String conclusion) {}
}
