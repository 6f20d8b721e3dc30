package org.fieldward.core.webhook.filing;

import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

/**
 * A resource as a message says it, before it is known whether the chart has it.
 *
 * @param names what other drafts refer to it by
 * @param how what becomes of one that the chart has
 * @param cleared elements that shall have no value
 * @param initial elements that count only where the resource is new
 */
public record Draft(
        Set<String> names, Resource resource, Identity identity, How how, Set<String> cleared, Set<String> initial) {

    public enum How {
        /** Elements that the draft lacks stay as they are. */
        OVERLAY,
        /** It becomes what the draft says. */
        REPLACE,
        /** It stays as it is. */
        LEAVE
    }

    public Draft {
        names = Set.copyOf(names);
        cleared = Set.copyOf(cleared);
        initial = Set.copyOf(initial);
    }

    /** Of a message that says a part: what it does not say stays. */
    public static Draft part(String name, Resource resource, Identity identity) {
        return new Draft(Set.of(name), resource, identity, How.OVERLAY, Set.of(), Set.of());
    }

    /** Of a message that says the whole. */
    public static Draft whole(Set<String> names, Resource resource, Identity identity) {
        return new Draft(names, resource, identity, How.REPLACE, Set.of(), Set.of());
    }

    /** Of a message that asks for it only where there is none. */
    public static Draft ifNone(Set<String> names, Resource resource, Identity identity) {
        return new Draft(names, resource, identity, How.LEAVE, Set.of(), Set.of());
    }

    public Draft clearing(Set<String> elements) {
        return new Draft(names, resource, identity, how, elements, initial);
    }

    public Draft initially(Set<String> elements) {
        return new Draft(names, resource, identity, how, cleared, elements);
    }

    /** Without content: it is a patient's. */
    @Override
    public String toString() {
        return "Draft of " + resource.fhirType();
    }
}
