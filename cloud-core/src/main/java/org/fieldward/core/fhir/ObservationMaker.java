package org.fieldward.core.fhir;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.WaveformKind;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/**
 * Makes R4 Observations of a stored reading: one per value, except that the components of a panel share one. Each is
 * valid against its vital-signs profile. A waveform gives one without a profile. Thread-safe.
 */
public final class ObservationMaker {

    /** The system of our PHD identifiers: device, patient, type and when it was measured, joined by {@code -}. */
    public static final String IDENTIFIER = "https://fieldward.org/fhir/identifier/observation";

    private static final DateTimeFormatter PHD_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    static final DateTimeFormatter FHIR_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Catalogue catalogue = Catalogue.standard();

    /** What Observations the reading gives, ordered by the parameter's number: panels instead of their components. */
    public List<Coded> observed(StoredReading reading) {
        if (reading.hasWaveform()) {
            return List.of(WaveformRecord.kind(reading.getWaveform()));
        }
        var observed = new TreeMap<Integer, Coded>();
        for (int number : reading.getParameterList()) {
            Parameter parameter = Terminology.observed(catalogue.parameter(number));
            observed.put(parameter.number(), parameter);
        }
        return List.copyOf(observed.values());
    }

    public List<Observation> make(StoredReading reading) {
        return observed(reading).stream()
                .map(parameter -> make(reading, parameter))
                .toList();
    }

    /** @param observed one of {@link #observed} */
    public Observation make(StoredReading reading, Coded observed) {
        return make(reading, observed, Optional.empty());
    }

    /** @param changedAt when a reading that was there before became this */
    public Observation make(StoredReading reading, Coded observed, Optional<Instant> changedAt) {
        var device = new DeviceId(reading.getDevice());
        var observation = new Observation();
        observation.setId(new ObservationId(device, reading.getMeasuredMicros(), observed).toString());
        observation.getMeta().setVersionId(Integer.toString(reading.getVersion()));
        Instant arrived = arrived(reading);
        observation.getMeta().setLastUpdatedElement(new InstantType(Date.from(changedAt.orElse(arrived))));
        observation.addIdentifier().setSystem(IDENTIFIER).setValue(identifier(reading, observed));
        observation.setStatus(ObservationStatus.FINAL);
        Code category = Terminology.category(observed);
        observation.addCategory().addCoding().setSystem(category.system()).setCode(category.code());
        observation.setCode(concept(observed));
        observation.setSubject(new Reference("Patient/" + reading.getPatient()));
        observation.setDevice(new Reference("Device/" + FhirId.ofDevice(device)));
        observation.setIssuedElement(new InstantType(FHIR_TIME.format(arrived)));
        Correction.state(reading, observation);
        switch (observed) {
            case Parameter parameter -> fill(observation, reading, parameter);
            case WaveformKind kind -> fill(observation, reading);
        }
        return observation;
    }

    private static void fill(Observation observation, StoredReading reading, Parameter observed) {
        observation.setEffective(time(reading.getMeasuredMicros()));
        if (observed.isPanel()) {
            components(reading, observed).forEach(observation::addComponent);
        } else {
            int at = reading.getParameterList().indexOf(observed.number());
            quantity(reading, at).ifPresent(observation::setValue);
            absent(reading, at).ifPresent(observation::setDataAbsentReason);
        }
        Terminology.profile(observed, observation.hasDataAbsentReason())
                .ifPresent(profile -> observation.getMeta().addProfile(Terminology.profileUrl(profile)));
    }

    private static void fill(Observation observation, StoredReading reading) {
        long lasting = WaveformRecord.rate(reading.getWaveform()).lasting(WaveformRecord.size(reading.getWaveform()));
        observation.setEffective(new Period()
                .setStartElement(time(reading.getMeasuredMicros()))
                .setEndElement(time(reading.getMeasuredMicros() + lasting)));
        observation.setValue(SampledDataMaker.make(reading.getWaveform()));
        if (reading.getWaveform().getExtremes()) {
            observation
                    .addNote()
                    .setText("The gateway's disk was short of room: of each second of samples only the lowest and the"
                            + " highest are left, by turns.");
        }
    }

    /** When it reached its gateway. */
    public static Instant arrived(StoredReading reading) {
        return Micros.instant(
                Correction.isOfGateway(reading) ? reading.getMeasuredMicros() : reading.getReceivedMicros());
    }

    private static DateTimeType time(long micros) {
        return new DateTimeType(FHIR_TIME.format(Micros.instant(micros)));
    }

    private static List<ObservationComponentComponent> components(StoredReading reading, Parameter panel) {
        var components = new ArrayList<ObservationComponentComponent>();
        for (Parameter parameter : Terminology.components(panel)) {
            int at = reading.getParameterList().indexOf(parameter.number());
            if (at < 0 && !Terminology.isDemanded(parameter)) {
                continue;
            }
            var component = new ObservationComponentComponent(concept(parameter));
            if (at < 0) {
                component.setDataAbsentReason(reason(AbsentReason.UNKNOWN));
            } else {
                quantity(reading, at).ifPresent(component::setValue);
                absent(reading, at).ifPresent(component::setDataAbsentReason);
            }
            components.add(component);
        }
        return components;
    }

    /**
     * The PHD rule: the time is the device's own where it has a clock, so that every listener makes the same; put right
     * where that is wrong, or an hour that a clock repeats would have its identifiers twice.
     */
    public static String identifier(StoredReading reading, Coded observed) {
        return reading.getDevice() + "-" + reading.getPatient()
                + identifierEnd(observed, Micros.instant(reading.getMeasuredMicros()));
    }

    /** What an identifier ends with: {@code -type-time}; a curve may have the code of a number, so it says what it is. */
    public static String identifierEnd(Coded observed, Instant measuredAt) {
        String code = observed.mdc().isPresent()
                ? observed.mdc().get().toString()
                : Terminology.codings(observed).getFirst().code();
        String type = switch (observed) {
            case Parameter parameter -> code;
            case WaveformKind kind -> code + "-waveform";
        };
        return "-" + type + "-" + PHD_TIME.format(measuredAt);
    }

    /** The time at the end of an identifier, empty if it has none. */
    public static Optional<Instant> identifierTime(String identifier) {
        int dash = identifier.lastIndexOf('-');
        try {
            return Optional.of(PHD_TIME.parse(identifier.substring(dash + 1), Instant::from));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    static CodeableConcept concept(Coded parameter) {
        var concept = new CodeableConcept();
        Terminology.codings(parameter)
                .forEach(code -> concept.addCoding().setSystem(code.system()).setCode(code.code()));
        return concept.setText(parameter.name());
    }

    private static Optional<Quantity> quantity(StoredReading reading, int at) {
        if (reading.getAbsent(at) != 0) {
            return Optional.empty();
        }
        Unit unit = Unit.of(reading.getUnit(at));
        return Optional.of(new Quantity()
                .setValue(BigDecimal.valueOf(reading.getUnscaled(at), reading.getScale(at)))
                .setUnit(unit.ucum())
                .setSystem(Terminology.UCUM)
                .setCode(unit.ucum()));
    }

    private static Optional<CodeableConcept> absent(StoredReading reading, int at) {
        return reading.getAbsent(at) == 0
                ? Optional.empty()
                : Optional.of(reason(AbsentReason.of(reading.getAbsent(at))));
    }

    private static CodeableConcept reason(AbsentReason reason) {
        var concept = new CodeableConcept();
        concept.addCoding().setSystem(Terminology.ABSENT).setCode(reason.code());
        if (reason == AbsentReason.NOT_PERFORMED) {
            concept.setText("sensor off");
        }
        return concept;
    }
}
