package org.fieldward.core.distribution.rest.door;

import java.util.function.Supplier;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/** What of a written resource is sent back, as {@code Prefer: return} asks (https://hl7.org/fhir/R4/http.html#ops). */
final class Preference {

    private Preference() {}

    static Answer of(Call call, int status, Version version, Supplier<Resource> resource) {
        return switch (call.preference("return").orElse("representation")) {
            case "minimal" -> Answer.empty(status, version);
            case "OperationOutcome" -> Answer.empty(status, version).remarking(outcome(status, version));
            default -> Answer.of(status, version, resource.get());
        };
    }

    private static OperationOutcome outcome(int status, Version version) {
        var outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(IssueSeverity.INFORMATION)
                .setCode(IssueType.INFORMATIONAL)
                .setDiagnostics(
                        (status == 201 ? "created " : "holds ") + version.key() + " as version " + version.version());
        return outcome;
    }
}
