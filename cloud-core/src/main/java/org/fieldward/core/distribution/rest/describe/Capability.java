package org.fieldward.core.distribution.rest.describe;

import ca.uhn.fhir.rest.annotation.Metadata;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.fieldward.core.access.Interaction;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementKind;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ConditionalDeleteStatus;
import org.hl7.fhir.r4.model.CapabilityStatement.ConditionalReadStatus;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceVersionPolicy;
import org.hl7.fhir.r4.model.CapabilityStatement.RestfulCapabilityMode;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;

/** What the API can do, as FHIR says it. */
public final class Capability {

    private final Instant startedAt;
    private final List<Served> served;
    private String software = "";

    public Capability(Instant startedAt, List<Served> served) {
        this.startedAt = startedAt;
        this.served = List.copyOf(served);
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
        statement.addPatchFormat("application/json-patch+json");
        statement.addPatchFormat("application/fhir+json");
        statement.addPatchFormat("application/fhir+xml");
        statement.getSoftware().setName(software);
        statement
                .getImplementation()
                .setDescription("Resources that are kept, and readings of bedside devices as Observations");
        CapabilityStatementRestComponent rest = statement.addRest().setMode(RestfulCapabilityMode.SERVER);
        for (SystemRestfulInteraction interaction : List.of(
                SystemRestfulInteraction.TRANSACTION,
                SystemRestfulInteraction.BATCH,
                SystemRestfulInteraction.HISTORYSYSTEM)) {
            rest.addInteraction().setCode(interaction);
        }
        served.forEach(type -> add(rest.addResource(), type));
        return statement;
    }

    private static void add(CapabilityStatementRestResourceComponent resource, Served served) {
        resource.setType(served.type());
        for (Interaction interaction : served.interactions()) {
            codes(interaction).forEach(code -> resource.addInteraction().setCode(code));
        }
        boolean versioned = served.can(Interaction.VREAD);
        resource.setVersioning(versioned ? ResourceVersionPolicy.VERSIONEDUPDATE : ResourceVersionPolicy.NOVERSION);
        if (versioned) {
            resource.setReadHistory(true);
            resource.setConditionalRead(ConditionalReadStatus.FULLSUPPORT);
        }
        if (served.conditional()) {
            resource.setUpdateCreate(true);
            resource.setConditionalCreate(true);
            resource.setConditionalUpdate(true);
            resource.setConditionalDelete(ConditionalDeleteStatus.SINGLE);
        }
        for (Served.Parameter parameter : served.parameters()) {
            resource.addSearchParam()
                    .setName(parameter.name())
                    .setType(SearchParamType.fromCode(parameter.kind()))
                    .setDocumentation(parameter.meaning().isEmpty() ? null : parameter.meaning());
        }
        for (Served.Operation operation : served.operations()) {
            resource.addOperation().setName(operation.name().substring(1)).setDefinition(operation.definition());
        }
    }

    private static List<TypeRestfulInteraction> codes(Interaction interaction) {
        return switch (interaction) {
            case READ -> List.of(TypeRestfulInteraction.READ);
            case VREAD -> List.of(TypeRestfulInteraction.VREAD);
            case UPDATE -> List.of(TypeRestfulInteraction.UPDATE);
            case PATCH -> List.of(TypeRestfulInteraction.PATCH);
            case DELETE -> List.of(TypeRestfulInteraction.DELETE);
            case HISTORY -> List.of(TypeRestfulInteraction.HISTORYINSTANCE, TypeRestfulInteraction.HISTORYTYPE);
            case CREATE -> List.of(TypeRestfulInteraction.CREATE);
            case SEARCH -> List.of(TypeRestfulInteraction.SEARCHTYPE);
            case OPERATION, BATCH, CAPABILITIES -> List.of();
        };
    }
}
