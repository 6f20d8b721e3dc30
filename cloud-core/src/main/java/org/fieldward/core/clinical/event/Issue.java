package org.fieldward.core.clinical.event;

/**
 * What is wrong with an event.
 *
 * @param element where, as a path such as {@code payload.results[0].unit}
 * @param rule what must hold; never holds what the event says
 */
public record Issue(Code code, String element, String rule) {

    /** As an OperationOutcome tells it (https://hl7.org/fhir/R4/valueset-issue-type.html). */
    public enum Code {
        STRUCTURE("structure"),
        REQUIRED("required"),
        VALUE("value"),
        NOT_FOUND("not-found"),
        CONFLICT("conflict"),
        FORBIDDEN("forbidden");

        private final String text;

        Code(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
