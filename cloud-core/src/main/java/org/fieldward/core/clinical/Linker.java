package org.fieldward.core.clinical;

import ca.uhn.fhir.context.FhirContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Gives the resources of one event their ids in the chart and makes their references follow. What the chart knows by its
 * identifier, for this patient, is that resource; what it does not know gets an id of its own.
 */
final class Linker {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private final Desk desk;
    private final String patient;
    private final Supplier<String> ids;

    Linker(Desk desk, String patient, Supplier<String> ids) {
        this.desk = desk;
        this.patient = patient;
        this.ids = ids;
    }

    /**
     * The resources are changed in place.
     *
     * @param same what else the patient is called in them
     */
    void link(List<Resource> resources, List<String> same) {
        Map<String, String> renamed = new HashMap<>();
        same.forEach(name -> {
            renamed.put(name, "Patient/" + patient);
            renamed.put("Patient/" + new IdType(name).getIdPart(), "Patient/" + patient);
        });
        for (Resource resource : resources) {
            String id = known(resource).orElseGet(ids);
            String reference = resource.fhirType() + "/" + id;
            IdType old = resource.getIdElement();
            if (old.hasIdPart()) {
                renamed.put(old.getValue(), reference);
                renamed.put(resource.fhirType() + "/" + old.getIdPart(), reference);
            }
            resource.setIdElement(new IdType(id));
        }
        for (Resource resource : resources) {
            CONTEXT.newTerser()
                    .getAllPopulatedChildElementsOfType(resource, IBaseReference.class)
                    .forEach(one -> follow((Reference) one, renamed));
        }
    }

    private static void follow(Reference reference, Map<String, String> renamed) {
        if (reference.hasReference()) {
            String target = renamed.get(reference.getReference());
            if (target != null) {
                reference.setReference(target);
            }
        }
    }

    /** Orders that were named by number only, where the chart has them. */
    List<String> findOrders(List<Resource> resources) {
        Map<String, Optional<String>> found = new HashMap<>();
        for (Resource resource : resources) {
            for (IBaseReference one :
                    CONTEXT.newTerser().getAllPopulatedChildElementsOfType(resource, IBaseReference.class)) {
                if (one instanceof Reference order
                        && !order.hasReference()
                        && "ServiceRequest".equals(order.getType())
                        && order.getIdentifier().hasValue()) {
                    found.computeIfAbsent(order.getIdentifier().getValue(), this::order)
                            .ifPresent(id -> order.setReference("ServiceRequest/" + id));
                }
            }
        }
        return found.values().stream().anyMatch(Optional::isEmpty)
                ? List.of("the order with that number is not known")
                : List.of();
    }

    private Optional<String> known(Resource resource) {
        return identifiers(resource).stream()
                .filter(one -> one.hasSystem() && one.hasValue())
                .findFirst()
                .flatMap(one -> match(resource.fhirType(), one));
    }

    /** Orders come from other systems, each with its own way to name the number: within one patient the number is enough. */
    private Optional<String> order(String number) {
        var condition = new Condition(
                "ServiceRequest",
                Map.of("identifier", List.of(Condition.escape(number)), "subject", List.of("Patient/" + patient)));
        return desk.match(condition, 1).stream().map(Version::key).map(Key::id).findFirst();
    }

    private Optional<String> match(String type, Identifier identifier) {
        return desk.match(Condition.identifier(type, identifier.getSystem(), identifier.getValue()), 20).stream()
                .filter(version ->
                        version.patients().isEmpty() || version.patients().contains(patient))
                .map(Version::key)
                .map(Key::id)
                .findFirst();
    }

    private static List<Identifier> identifiers(Resource resource) {
        var property = resource.getNamedProperty("identifier");
        return property == null
                ? List.of()
                : property.getValues().stream()
                        .filter(Identifier.class::isInstance)
                        .map(Identifier.class::cast)
                        .toList();
    }
}
