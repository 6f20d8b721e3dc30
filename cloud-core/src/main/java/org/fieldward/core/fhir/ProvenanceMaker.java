package org.fieldward.core.fhir;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/** Says of a version of a reading's Observation why it took the place of the one before. Thread-safe. */
public final class ProvenanceMaker {

    private static final String ACTIVITY = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
    private static final String AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    private static final String REASON = "https://fieldward.org/fhir/CodeSystem/correction";

    /**
     * The id of the Provenance of a version: that of the Observation, {@code .} and the version in base 36.
     *
     * @param version from 2 on
     */
    public record ProvenanceId(ObservationId observation, int version) {

        private static final int MAX = 64;

        @Override
        public String toString() {
            return observation + "." + Integer.toString(version, 36);
        }

        /** @return empty if no Provenance of ours can have this id */
        public static Optional<ProvenanceId> parse(String id, Iterable<DeviceId> known) {
            int dot = id.lastIndexOf('.');
            if (dot < 1 || id.length() > MAX) {
                return Optional.empty();
            }
            try {
                int version = Integer.parseInt(id.substring(dot + 1), 36);
                return ObservationId.parse(id.substring(0, dot), known)
                        .map(observation -> new ProvenanceId(observation, version))
                        .filter(found -> version > 1 && found.toString().equals(id));
            } catch (NumberFormatException notANumber) {
                return Optional.empty();
            }
        }

        /** A device's name and a version can be too long for an id together. */
        public boolean isId() {
            return toString().length() <= MAX;
        }
    }

    public Provenance make(ProvenanceId id, StoredReading before, StoredReading after, Instant recorded) {
        String observation = "Observation/" + id.observation() + "/_history/";
        var provenance = new Provenance();
        provenance.setId(id.toString());
        provenance.getMeta().setVersionId("1").setLastUpdatedElement(new InstantType(Date.from(recorded)));
        provenance.addTarget(new Reference(observation + id.version()));
        provenance.setRecordedElement(new InstantType(Date.from(recorded)));
        provenance.getActivity().addCoding().setSystem(ACTIVITY).setCode("UPDATE");
        provenance.addReason(reason(before, after));
        provenance.addAgent().setType(concept(AGENT, "assembler")).setWho(new Reference().setDisplay("Fieldward core"));
        provenance
                .addEntity()
                .setRole(ProvenanceEntityRole.REVISION)
                .setWhat(new Reference(observation + before.getVersion()));
        return provenance;
    }

    private static CodeableConcept reason(StoredReading before, StoredReading after) {
        if (!before.getPatient().equals(after.getPatient())) {
            return concept(REASON, "binding")
                    .setText("It was corrected whom the device served at the time of measurement.");
        }
        if (!before.getParameterList().equals(after.getParameterList())) {
            return concept(REASON, "values").setText("Another report of the same instant brought more values.");
        }
        return concept(REASON, "attribution")
                .setText("It was withdrawn for a while, because the device served nobody then, and came back.");
    }

    private static CodeableConcept concept(String system, String code) {
        var concept = new CodeableConcept();
        concept.addCoding().setSystem(system).setCode(code);
        return concept;
    }
}
