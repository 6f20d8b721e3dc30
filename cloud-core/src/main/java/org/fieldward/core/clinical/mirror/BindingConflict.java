package org.fieldward.core.clinical.mirror;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.util.OptionalLong;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * A DeviceUseStatement says of a device what its bindings do not allow; what wrote it is undone. Over FHIR it is a 409
 * whose OperationOutcome names element and rule.
 */
public final class BindingConflict extends ResourceVersionConflictException {

    private static final long serialVersionUID = 1;

    private final transient OptionalLong binding;

    BindingConflict(String element, String rule, OptionalLong binding) {
        super(element + " " + rule);
        this.binding = binding;
        var outcome = new OperationOutcome();
        outcome.addIssue()
                .setSeverity(IssueSeverity.ERROR)
                .setCode(IssueType.CONFLICT)
                .setDiagnostics(element + " " + rule)
                .addExpression(element);
        setOperationOutcome(outcome);
    }

    /** The binding that stands in the way, where it is one. */
    public OptionalLong binding() {
        return binding;
    }
}
