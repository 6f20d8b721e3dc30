package org.fieldward.core.fhir.terminology;

/** Whether a reading may become Observations. */
public sealed interface Verdict {

    record Accepted() implements Verdict {}

    /**
     * @param element FHIRPath of what is wrong, e.g. {@code Observation.valueQuantity.code}
     * @param rule what it should be, in words; never a measured value
     */
    record Refused(String element, String rule) implements Verdict {}
}
