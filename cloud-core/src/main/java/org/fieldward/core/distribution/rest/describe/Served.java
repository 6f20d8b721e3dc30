package org.fieldward.core.distribution.rest.describe;

import java.util.List;
import org.fieldward.core.access.Interaction;

/**
 * What can be done with one type.
 *
 * @param interactions those of one resource and of the type
 * @param conditional whether it is also written by a search that names it
 */
public record Served(
        String type,
        List<Interaction> interactions,
        boolean conditional,
        List<Parameter> parameters,
        List<Operation> operations) {

    /** @param kind as {@code SearchParameter.type} spells it, such as {@code token} */
    public record Parameter(String name, String kind, String meaning) {}

    /** @param name with its {@code $} */
    public record Operation(String name, String definition, boolean onType, boolean onInstance) {}

    public Served {
        interactions = List.copyOf(interactions);
        parameters = List.copyOf(parameters);
        operations = List.copyOf(operations);
    }

    boolean can(Interaction interaction) {
        return interactions.contains(interaction);
    }
}
