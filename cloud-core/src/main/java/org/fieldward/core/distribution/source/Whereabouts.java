package org.fieldward.core.distribution.source;

import java.util.Set;
import java.util.function.Function;

/**
 * Which facilities things belong to that do not say so themselves.
 *
 * @param ofGateway those in which a gateway stands, by its name
 * @param ofPatient those that treat a patient, by the patient's id
 */
public record Whereabouts(Function<String, Set<String>> ofGateway, Function<String, Set<String>> ofPatient) {}
