package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.annotation.Metadata;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Date;
import org.fieldward.core.distribution.search.Searchable;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementKind;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.RestfulCapabilityMode;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;

/** What the API can do, written from the same table that its searches are parsed by. */
public final class Capability {

    private final Instant startedAt;
    private String software = "";

    Capability(Instant startedAt) {
        this.startedAt = startedAt;
    }

    /** HAPI calls this by name when it starts. */
    public void setRestfulServer(RestfulServer server) {
        software = server.getServerName();
    }

    @Metadata
    public CapabilityStatement statement(HttpServletRequest request) {
        var statement = new CapabilityStatement();
        statement.setName("FieldwardCore");
        statement.setTitle("Fieldward core");
        statement.setStatus(PublicationStatus.ACTIVE);
        statement.setDate(Date.from(startedAt));
        statement.setKind(CapabilityStatementKind.INSTANCE);
        statement.setFhirVersion(FHIRVersion._4_0_1);
        statement.addFormat("application/fhir+json");
        statement.addFormat("application/fhir+xml");
        statement.getSoftware().setName(software);
        statement.getImplementation().setDescription("Readings of bedside devices as R4 resources, to read");
        CapabilityStatementRestComponent rest = statement.addRest().setMode(RestfulCapabilityMode.SERVER);
        for (Searchable type : Searchable.values()) {
            var resource = rest.addResource().setType(type.type());
            resource.addInteraction().setCode(TypeRestfulInteraction.READ);
            resource.addInteraction().setCode(TypeRestfulInteraction.SEARCHTYPE);
            for (Searchable.Parameter parameter : type.parameters()) {
                resource.addSearchParam()
                        .setName(parameter.name())
                        .setType(kind(parameter.kind()))
                        .setDocumentation(parameter.meaning());
            }
            if (type == Searchable.OBSERVATION) {
                resource.addOperation()
                        .setName("proof")
                        .setDefinition("https://fieldward.org/fhir/OperationDefinition/observation-proof")
                        .setDocumentation("The proof that the reading behind the Observation is in the log, as JSON");
                resource.addOperation()
                        .setName("gaps")
                        .setDefinition("https://fieldward.org/fhir/OperationDefinition/observation-gaps")
                        .setDocumentation(
                                "What is known to be lost, as Observations that have a dataAbsentReason and no"
                                        + " value, by patient, subject, device and date; no search shows them");
            }
        }
        return statement;
    }

    private static SearchParamType kind(Searchable.Kind kind) {
        return switch (kind) {
            case TOKEN -> SearchParamType.TOKEN;
            case REFERENCE -> SearchParamType.REFERENCE;
            case DATE -> SearchParamType.DATE;
            case STRING -> SearchParamType.STRING;
            case QUANTITY -> SearchParamType.QUANTITY;
            case COMPOSITE -> SearchParamType.COMPOSITE;
            case URI -> SearchParamType.URI;
        };
    }
}
