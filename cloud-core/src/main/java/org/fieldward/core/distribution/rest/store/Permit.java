package org.fieldward.core.distribution.rest.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.search.Asked;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/** Asks of every request, also within a Bundle: is there such a type, may the caller do that, does the body fit. */
public final class Permit {

    /** Which role may do what with which type. */
    @FunctionalInterface
    public interface Rule {
        boolean may(Caller caller, Interaction interaction, String type);
    }

    /** Resources that are made of something else, and so are not written. */
    @FunctionalInterface
    public interface Reserved {

        /** Why it is not to be written; empty where it may. */
        Optional<String> reason(String type, String id);
    }

    private final Set<String> types;
    private final Rule rule;
    private final Reserved reserved;

    public Permit(Set<String> types, Rule rule, Reserved reserved) {
        this.types = Set.copyOf(types);
        this.rule = rule;
        this.reserved = reserved;
    }

    /** @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 403, 404 or 405 */
    public void enter(Call call) {
        Target target = call.target();
        if (!target.type().isEmpty() && !types.contains(target.type())) {
            throw Refusal.missing("there is no such type here");
        }
        if (!rule.may(call.caller(), target.interaction(), target.type())) {
            throw Refusal.forbidden("no role of the caller may "
                    + target.interaction().code()
                    + (target.type().isEmpty() ? "" : " " + target.type()));
        }
        Optional<String> within = target.within().filter(type -> !type.equals("*"));
        if (within.isPresent()) {
            if (!types.contains(within.get())) {
                throw Refusal.missing("there is no such type here");
            }
            if (!rule.may(call.caller(), target.interaction(), within.get())) {
                throw Refusal.forbidden("no role of the caller may search " + within.get());
            }
        }
        boolean conditional = target.id().isEmpty() && !target.type().isEmpty();
        if (!target.interaction().isReading() && conditional) {
            looksInto(call);
        }
        if (!target.interaction().isReading() && target.id().isPresent()) {
            reserved.reason(target.type(), target.id().get()).ifPresent(reason -> {
                throw Refusal.of(405, IssueType.NOTSUPPORTED, "http.path", reason);
            });
        }
    }

    /**
     * Asks of a search or a condition whether the caller may look into every type that chains and {@code _has} lead to:
     * what is found by a type tells of it.
     *
     * @param now what approximate dates are measured from
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 403 naming the type
     * @throws BadSearch if the search is none
     */
    public static void looksInto(
            Caller caller, Rule rule, String type, Map<String, List<String>> parameters, Instant now) {
        boolean further = parameters.keySet().stream().anyMatch(name -> name.contains(".") || name.startsWith("_has:"));
        if (!further) {
            return;
        }
        for (String other : Asked.read(type, parameters, now).types()) {
            if (!rule.may(caller, Interaction.SEARCH, other)) {
                throw Refusal.forbidden("no role of the caller may search " + other + ", which this search looks into");
            }
        }
    }

    /** The same of a condition by which one resource names another. */
    public void mayName(Caller caller, String type, Map<String, List<String>> parameters) {
        if (!rule.may(caller, Interaction.SEARCH, type)) {
            throw Refusal.forbidden("no role of the caller may search " + type);
        }
        looksInto(caller, rule, type, parameters, Instant.EPOCH);
    }

    /** The same of the condition that a write depends on. */
    private void looksInto(Call call) {
        boolean created = call.target().interaction() == Interaction.CREATE;
        Optional<Map<String, List<String>>> condition = created
                ? call.header("if-none-exist")
                        .map(text -> Conditions.of(call.target().type(), text).parameters())
                : Optional.of(call.parameters());
        try {
            condition.ifPresent(
                    asked -> looksInto(call.caller(), rule, call.target().type(), asked, Instant.EPOCH));
        } catch (BadSearch e) {
            throw Refusal.of(e);
        }
    }

    /** Type and id of a body are those of the address. */
    public void fits(Resource resource, Target target) {
        if (!resource.fhirType().equals(target.type())) {
            throw Refusal.bad("resourceType", "must be " + target.type() + " as in the address");
        }
        if (target.interaction() == Interaction.UPDATE && target.id().isPresent()) {
            String id = resource.getIdElement().getIdPart();
            if (id == null || !id.equals(target.id().get())) {
                throw Refusal.bad(target.type() + ".id", "must be that of the address");
            }
        }
    }
}
