package org.fieldward.core.access.audit;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** An entry as FHIR AuditEvent, in the manner of IHE's Basic Audit Log Patterns (BALP 1.1.4). */
public final class AuditEvents {

    private static final String TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type";
    private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final String INTERACTION = "http://hl7.org/fhir/restful-interaction";
    private static final String ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private static final String ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
    private static final String SOURCE = "http://terminology.hl7.org/CodeSystem/security-source-type";
    private static final String REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    private AuditEvents() {}

    public static AuditEvent make(Audit.Stored stored) {
        Entry entry = stored.entry();
        var event = new AuditEvent();
        event.setId(Long.toString(stored.number()));
        event.getMeta().setVersionId("1").setLastUpdated(Date.from(entry.at()));
        type(event, entry.kind());
        event.setAction(AuditEventAction.fromCode(entry.kind().action()));
        event.setRecorded(Date.from(entry.at()));
        event.setOutcome(AuditEventOutcome.fromCode(entry.outcome().code()));
        agent(event.addAgent(), entry);
        event.getSource().setObserver(new Reference().setDisplay("cloud-core"));
        event.getSource().addType(new Coding(SOURCE, "4", "Application Server"));
        entities(event, entry);
        return event;
    }

    private static void type(AuditEvent event, Entry.Kind kind) {
        switch (kind) {
            case SIGN_IN ->
                event.setType(new Coding(DICOM, "110114", "User Authentication"))
                        .addSubtype(new Coding(DICOM, "110122", "Login"));
            case SIGN_OUT ->
                event.setType(new Coding(DICOM, "110114", "User Authentication"))
                        .addSubtype(new Coding(DICOM, "110123", "Logout"));
            case EXPORT -> rest(event).addSubtype(new Coding(INTERACTION, "search-type", "search"));
            case SEARCH -> rest(event).addSubtype(new Coding(INTERACTION, "search", "search"));
            case HISTORY -> rest(event).addSubtype(new Coding(INTERACTION, "history", "history"));
            case STREAM -> rest(event).addSubtype(new Coding(INTERACTION, "read", "read"));
            case PURGE -> rest(event).addSubtype(new Coding(INTERACTION, "delete", "delete"));
            case CREATE, READ, VREAD, UPDATE, PATCH, DELETE, OPERATION, BATCH ->
                rest(event).addSubtype(new Coding(INTERACTION, kind.text(), kind.text()));
        }
    }

    private static AuditEvent rest(AuditEvent event) {
        return event.setType(new Coding(TYPE, "rest", "RESTful Operation"));
    }

    private static void agent(AuditEventAgentComponent agent, Entry entry) {
        agent.setRequestor(true);
        if (entry.agent().isEmpty()) {
            agent.setWho(new Reference().setDisplay("nobody who is known"));
        } else {
            agent.getWho().getIdentifier().setValue(entry.agent());
            agent.setAltId(entry.agent());
        }
        entry.roles().forEach(role -> agent.addRole().setText(role));
        if (!entry.address().isEmpty()) {
            agent.getNetwork().setAddress(entry.address()).setType(AuditEventAgentNetworkType._2);
        }
        entry.emergency()
                .ifPresent(reason -> agent.addPurposeOfUse()
                        .setText(reason)
                        .addCoding(new Coding(REASON, "BTG", "break the glass")));
    }

    private static void entities(AuditEvent event, Entry entry) {
        for (String patient : entry.patients()) {
            var entity = event.addEntity()
                    .setType(new Coding(ENTITY, "1", "Person"))
                    .setRole(new Coding(ROLE, "1", "Patient"));
            entity.setWhat(
                    ID.matcher(patient).matches()
                            ? new Reference("Patient/" + patient)
                            : new Reference().setDisplay(patient));
        }
        if (entry.query().isPresent()) {
            event.addEntity()
                    .setType(new Coding(ENTITY, "2", "System Object"))
                    .setRole(new Coding(ROLE, "24", "Query"))
                    .setQuery(entry.query().get().getBytes(StandardCharsets.UTF_8));
        } else if (!entry.what().isEmpty()) {
            event.addEntity()
                    .setType(new Coding(ENTITY, "2", "System Object"))
                    .setRole(new Coding(ROLE, "4", "Domain Resource"))
                    .setWhat(
                            REFERENCE.matcher(entry.what()).matches()
                                    ? new Reference(entry.what())
                                    : new Reference().setDisplay(entry.what()));
        }
        entry.parts().forEach(part -> part(event, part));
    }

    /** Each request of a Bundle is an entity of its own. */
    private static void part(AuditEvent event, Entry.Part part) {
        var entity = event.addEntity().setType(new Coding(ENTITY, "2", "System Object"));
        if (part.what().contains("?")) {
            entity.setRole(new Coding(ROLE, "24", "Query"));
            entity.setQuery(part.what().getBytes(StandardCharsets.UTF_8));
        } else {
            entity.setRole(new Coding(ROLE, "4", "Domain Resource"));
            entity.setWhat(
                    REFERENCE.matcher(part.what()).matches()
                            ? new Reference(part.what())
                            : new Reference().setDisplay(part.what()));
        }
        entity.addDetail().setType("interaction").setValue(new StringType(part.interaction()));
        entity.addDetail().setType("status").setValue(new StringType(Integer.toString(part.status())));
    }
}
