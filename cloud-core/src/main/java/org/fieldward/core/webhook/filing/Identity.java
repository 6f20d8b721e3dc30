package org.fieldward.core.webhook.filing;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.hl7.fhir.r4.model.Identifier;

/**
 * How a resource that a message speaks of is found in the chart. Tried in this order; the first that finds something
 * counts.
 *
 * @param key its id, kept where it is new
 * @param identifiers any of which is enough; each has system and value
 * @param condition a search that must find at most one
 * @param openEncounterOf the local name of a patient whose encounter under way is meant
 */
public record Identity(
        Optional<Key> key,
        List<Identifier> identifiers,
        Optional<Condition> condition,
        Optional<String> openEncounterOf) {

    public Identity {
        identifiers = List.copyOf(identifiers);
    }

    /** Nothing to find: it is always new. */
    public static Identity fresh() {
        return new Identity(Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    public static Identity of(List<Identifier> identifiers) {
        return new Identity(Optional.empty(), identifiers, Optional.empty(), Optional.empty());
    }

    public static Identity of(Condition condition) {
        return new Identity(Optional.empty(), List.of(), Optional.of(condition), Optional.empty());
    }

    public static Identity openEncounterOf(String patient) {
        return new Identity(Optional.empty(), List.of(), Optional.empty(), Optional.of(patient));
    }
}
