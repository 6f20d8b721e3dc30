package org.fieldward.core.edit;

import java.util.Date;
import java.util.Optional;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/** Says of a merged version what it was made of, and by whom. Pure. */
final class Origins {

    private static final String ACTIVITY = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
    private static final String AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

    private Origins() {}

    /**
     * @param made the version that came of it
     * @param base what the edit began with
     * @param ours what was the newest here
     * @param author who edited
     * @param decider who decided, where a person had to
     */
    static Provenance of(Version made, Version base, Version ours, String author, Optional<String> decider) {
        var provenance = new Provenance();
        provenance.addTarget(reference(made));
        provenance.setRecorded(Date.from(made.updatedAt()));
        provenance.getActivity().addCoding(new Coding().setSystem(ACTIVITY).setCode("UPDATE"));
        agent(provenance, "author", author);
        decider.ifPresent(who -> agent(provenance, "verifier", who));
        provenance.addEntity().setRole(ProvenanceEntityRole.REVISION).setWhat(reference(ours));
        if (base.version() != ours.version()) {
            provenance.addEntity().setRole(ProvenanceEntityRole.DERIVATION).setWhat(reference(base));
        }
        return provenance;
    }

    private static void agent(Provenance provenance, String part, String who) {
        provenance
                .addAgent()
                .setType(new CodeableConcept(new Coding().setSystem(AGENT).setCode(part)))
                .setWho(new Reference().setDisplay(who));
    }

    private static Reference reference(Version version) {
        return new Reference(version.key() + "/_history/" + version.version());
    }
}
