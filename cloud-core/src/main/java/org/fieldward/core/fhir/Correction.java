package org.fieldward.core.fhir;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * States on an Observation what was corrected about its time: in words, and where a device's clock was wrong also as the
 * Coincident Timestamp of HL7's Personal Health Device guide, which is the Observation that says what both clocks showed
 * at one instant.
 */
final class Correction {

    static final String PROFILE = "http://hl7.org/fhir/uv/phd/StructureDefinition/PhdCoincidentTimeStampObservation";
    static final String REFERENCE = "http://hl7.org/fhir/uv/phd/StructureDefinition/CoincidentTimeStampReference";
    static final String GATEWAY = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice";

    /** MDC_ATTR_TIME_ABS. */
    private static final String ABSOLUTE_TIME = "67975";

    private static final String ID = "clock";

    private Correction() {}

    /** Without a device's own time it was measured when it arrived: where the two differ, the gateway's clock was wrong. */
    static boolean isOfGateway(StoredReading reading) {
        return reading.getDeviceMicros() == 0 && reading.getMeasuredMicros() != reading.getReceivedMicros();
    }

    /** Less than a second only keeps apart what was put right to one instant. */
    static boolean isOfDevice(StoredReading reading) {
        return reading.getDeviceMicros() != 0
                && Math.abs(reading.getMeasuredMicros() - reading.getDeviceMicros()) >= 1_000_000;
    }

    static void state(StoredReading reading, Observation observation) {
        if (isOfGateway(reading)) {
            observation
                    .addNote()
                    .setText("The gateway's clock was not set and said " + written(reading.getReceivedMicros())
                            + ". Its monotonic clock, compared with the core's time later, gave the time stated here.");
        }
        if (isOfDevice(reading)) {
            observation
                    .addNote()
                    .setText("The device's clock was " + off(reading) + " and said "
                            + written(reading.getDeviceMicros())
                            + ". Compared with the gateway's clock, that gave the time stated here.");
            observation.addContained(coincidence(reading, observation));
            observation.addExtension(new Extension(REFERENCE, new Reference("#" + ID)));
        }
    }

    private static Observation coincidence(StoredReading reading, Observation observation) {
        var both = new Observation();
        both.setId(ID);
        both.getMeta().addProfile(PROFILE);
        both.addExtension(new Extension(GATEWAY, new Reference().setDisplay(reading.getGateway())));
        both.setStatus(ObservationStatus.FINAL);
        both.getCode().setText("MDC_ATTR_TIME_ABS: Absolute time");
        both.getCode().addCoding().setSystem(Terminology.MDC).setCode(ABSOLUTE_TIME);
        both.setSubject(observation.getSubject().copy());
        both.setDevice(observation.getDevice().copy());
        both.setEffective(new DateTimeType(written(reading.getMeasuredMicros())));
        both.setValue(new DateTimeType(written(reading.getDeviceMicros())));
        return both;
    }

    private static String written(long micros) {
        return ObservationMaker.FHIR_TIME.format(Micros.instant(micros));
    }

    private static String off(StoredReading reading) {
        long seconds = Math.round((reading.getMeasuredMicros() - reading.getDeviceMicros()) / 1_000_000.0);
        var off = Duration.ofSeconds(Math.abs(seconds));
        var words = new ArrayList<String>();
        add(words, off.toDays(), "d");
        add(words, off.toHoursPart(), "h");
        add(words, off.toMinutesPart(), "min");
        add(words, off.toSecondsPart(), "s");
        return String.join(" ", words) + (seconds > 0 ? " behind" : " ahead");
    }

    private static void add(List<String> words, long count, String unit) {
        if (count > 0) {
            words.add(count + " " + unit);
        }
    }
}
