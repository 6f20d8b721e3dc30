package org.fieldward.edge.decode.medtech;

import java.nio.file.Path;
import org.fieldward.edge.decode.mapping.OwnTopic;

/**
 * What the operator named.
 *
 * @param device the device mapping file
 * @param fhir the FHIR mapping file
 * @param strict whether a device id in the message must be the login
 */
public record MedtechFiles(Path device, Path fhir, OwnTopic topic, Envelope envelope, boolean strict) {}
