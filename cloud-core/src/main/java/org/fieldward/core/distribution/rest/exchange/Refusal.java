package org.fieldward.core.distribution.rest.exchange;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.List;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.fhir.ProfileCheck.Issue;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;

/** Makes the exceptions that the server turns into an OperationOutcome with element and rule. */
public final class Refusal {

    private Refusal() {}

    /** @param element FHIRPath of what is wrong; {@code http.NAME} for a header or parameter */
    public static BaseServerResponseException of(int status, IssueType code, String element, String rule) {
        var outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(IssueSeverity.ERROR)
                .setCode(code)
                .setDiagnostics(rule)
                .addExpression(element);
        return with(status, outcome);
    }

    public static BaseServerResponseException with(int status, OperationOutcome outcome) {
        // The message goes nowhere but into stack traces: what is wrong may quote a patient.
        var refusal = BaseServerResponseException.newInstance(status, "refused");
        refusal.setOperationOutcome(outcome);
        return refusal;
    }

    public static BaseServerResponseException bad(String element, String rule) {
        return of(400, IssueType.INVALID, element, rule);
    }

    /** What of a search cannot be served, by name and without its value. */
    public static BaseServerResponseException of(BadSearch e) {
        String rule = String.valueOf(e.getMessage());
        return bad(
                "http." + e.parameter(),
                e.parameter() + ": "
                        + (rule.startsWith(e.parameter())
                                ? rule.substring(e.parameter().length()).strip()
                                : rule));
    }

    public static BaseServerResponseException missing(String rule) {
        return of(404, IssueType.NOTFOUND, "http.path", rule);
    }

    public static BaseServerResponseException gone(String rule) {
        return of(410, IssueType.DELETED, "http.path", rule);
    }

    public static BaseServerResponseException notAllowed(String element, String rule) {
        return of(405, IssueType.NOTSUPPORTED, "http." + element, rule);
    }

    public static BaseServerResponseException forbidden(String rule) {
        return of(403, IssueType.FORBIDDEN, "http.caller", rule);
    }

    public static BaseServerResponseException conflict(String element, String rule) {
        return of(409, IssueType.CONFLICT, element, rule);
    }

    public static BaseServerResponseException precondition(String element, String rule) {
        return of(412, IssueType.CONFLICT, element, rule);
    }

    public static OperationOutcome outcome(List<Issue> issues) {
        var outcome = new OperationOutcome();
        for (Issue issue : issues) {
            OperationOutcomeIssueComponent line = outcome.addIssue()
                    .setSeverity(
                            switch (issue.severity()) {
                                case ERROR -> IssueSeverity.ERROR;
                                case WARNING -> IssueSeverity.WARNING;
                                case INFORMATION -> IssueSeverity.INFORMATION;
                            })
                    .setCode(IssueType.INVALID)
                    .setDiagnostics(issue.rule());
            if (!issue.element().isEmpty()) {
                line.addExpression(issue.element());
            }
        }
        return outcome;
    }

    /** The same, as of an entry of a Bundle: places begin with the entry's. */
    public static BaseServerResponseException in(int entry, BaseServerResponseException refusal) {
        var outcome = new OperationOutcome();
        String place = "Bundle.entry[" + entry + "]";
        if (refusal.getOperationOutcome() instanceof OperationOutcome told) {
            for (OperationOutcomeIssueComponent issue : told.getIssue()) {
                OperationOutcomeIssueComponent copy = issue.copy();
                String element =
                        issue.hasExpression() ? issue.getExpression().getFirst().getValue() : "";
                copy.getExpression().clear();
                copy.addExpression(place(place, element));
                outcome.addIssue(copy);
            }
        }
        return with(refusal.getStatusCode(), outcome);
    }

    private static String place(String entry, String element) {
        if (element.isEmpty()) {
            return entry;
        }
        if (element.startsWith("http.")) {
            return entry + ".request";
        }
        int dot = element.indexOf('.');
        return dot < 0 ? entry + ".resource" : entry + ".resource" + element.substring(dot);
    }
}
