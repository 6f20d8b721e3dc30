package org.fieldward.core.edit;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An element that two people changed, so that a third must say what holds.
 *
 * @param element such as {@code Patient.telecom[phone|555].use}
 * @param base what both had before them; each of the three is missing where the element is not there
 */
public record Conflict(String element, JsonNode base, JsonNode ours, JsonNode theirs) {}
