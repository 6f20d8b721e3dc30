package org.fieldward.core.fhir.outline;

/**
 * What of a resource its validity depends on, as 128 bits of a cryptographic digest: two resources of one outline are both
 * valid or both not.
 */
public record Outline(long high, long low) {}
