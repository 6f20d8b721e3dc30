package org.fieldward.core.fhir;

import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;

/**
 * Makes an R4 Observation without a value of a gap, as far as the device served one patient in it: what was measured then
 * is known to be lost, and {@code dataAbsentReason} says so. Thread-safe.
 */
public final class GapMaker {

    /** What was lost, how many, and why: codes of our own, for no LOINC code says that a reading was lost. */
    public static final String CODES = "https://fieldward.org/fhir/CodeSystem/gap";

    /** The system of {@code gateway-epoch-sequence}, which names a gap record for ever. */
    public static final String IDENTIFIER = "https://fieldward.org/fhir/identifier/gap";

    /** Whether records of the lane would have become Observations. */
    public static boolean isObserved(StoredGap gap) {
        return switch (Lane.of(gap.getLaneValue())) {
            case VITAL, TREND, WAVEFORM -> true;
            case ALARM, EVENT -> false;
        };
    }

    /**
     * @param id its logical id
     * @param binding some part of the gap lies in it
     */
    public Observation make(String id, StoredGap gap, Binding binding) {
        Instant from = Micros.instant(gap.getFromMicros());
        Instant to = Micros.instant(gap.getToMicros());
        boolean whole = !from.isBefore(binding.from())
                && binding.until().map(to::isBefore).orElse(true);
        Instant told = Micros.instant(gap.getReceivedMicros());
        var observation = new Observation();
        observation.setId(id);
        observation.getMeta().setLastUpdatedElement(new InstantType(Date.from(told)));
        observation
                .addIdentifier()
                .setSystem(IDENTIFIER)
                .setValue(gap.getGateway() + "-" + Long.toUnsignedString(gap.getEpoch()) + "-" + gap.getSequence());
        observation.setStatus(ObservationStatus.FINAL);
        observation.setCode(lost(gap));
        observation.setSubject(new Reference("Patient/" + binding.patient()));
        observation.setDevice(new Reference("Device/" + FhirId.ofDevice(new DeviceId(gap.getDevice()))));
        observation.setEffective(new Period()
                .setStartElement(time(from.isBefore(binding.from()) ? binding.from() : from))
                .setEndElement(time(binding.until().filter(to::isAfter).orElse(to))));
        observation.setIssuedElement(new InstantType(ObservationMaker.FHIR_TIME.format(told)));
        observation.setDataAbsentReason(absent(gap));
        observation
                .addComponent()
                .setCode(code(whole ? "count" : "count-at-most", whole ? "Lost records" : "Lost records, at most"))
                .setValue(new IntegerType((int) Math.min(gap.getCount(), Integer.MAX_VALUE)));
        Gap.Reason reason = Gap.Reason.of(gap.getReason());
        observation
                .addComponent()
                .setCode(code("reason", "Why they were lost"))
                .setValue(code(reason.name().toLowerCase(Locale.ROOT), words(reason)));
        return observation;
    }

    private static CodeableConcept lost(StoredGap gap) {
        return Lane.of(gap.getLaneValue()) == Lane.WAVEFORM
                ? code("lost-waveforms", "Waveforms that were lost")
                : code("lost-readings", "Readings that were lost");
    }

    private static CodeableConcept code(String code, String words) {
        var concept = new CodeableConcept().setText(words);
        concept.addCoding().setSystem(CODES).setCode(code);
        return concept;
    }

    private static CodeableConcept absent(StoredGap gap) {
        var concept = new CodeableConcept().setText(words(Gap.Reason.of(gap.getReason())));
        concept.addCoding().setSystem(Terminology.ABSENT).setCode("error");
        return concept;
    }

    private static String words(Gap.Reason reason) {
        return switch (reason) {
            case THINNED -> "thinned out to make room on the gateway's disk";
            case EVICTED -> "given up to make room on the gateway's disk";
            case REFUSED -> "turned away because the gateway had no room; the device may have sent them again";
            case DAMAGED -> "unreadable on the gateway's disk";
            case SUMMARISED ->
                "summarised to make room on the gateway's disk: of each second the lowest and the highest are left";
        };
    }

    private static DateTimeType time(Instant at) {
        return new DateTimeType(ObservationMaker.FHIR_TIME.format(at));
    }
}
