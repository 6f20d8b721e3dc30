package org.fieldward.core.distribution.rest.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.fhir.ProfileCheck.Issue;
import org.fieldward.core.fhir.ProfileCheck.Severity;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;

/** {@code $validate} (https://hl7.org/fhir/R4/resource-operation-validate.html): judges, and stores nothing. */
final class Validation {

    private final Bodies bodies;
    private final Chart chart;

    Validation(Bodies bodies, Chart chart) {
        this.bodies = bodies;
        this.chart = chart;
    }

    /** What is asked, from a Parameters resource, a bare resource, or the address. */
    private record Asked(Optional<Resource> resource, Optional<String> mode, Optional<String> profile) {}

    Answer validate(Call call) {
        Asked asked = asked(call);
        Optional<Version> there = call.target().key().flatMap(key -> chart.read(key, call.sight()));
        var issues = new ArrayList<Issue>();
        switch (asked.mode().orElse("")) {
            case "delete" -> {
                there(there, call);
                return told(List.of());
            }
            case "update" -> there(there, call);
            case "create", "profile", "" -> {}
            default -> throw Refusal.bad("http.mode", "must be create, update, delete or profile");
        }
        Resource resource = asked.resource()
                .or(() -> there.filter(version -> !version.isDeleted()).map(bodies::of))
                .orElseThrow(() -> Refusal.bad("http.body", "a resource is needed, or the address of one"));
        if (!resource.fhirType().equals(call.target().type())) {
            issues.add(new Issue(
                    Severity.ERROR, "resourceType", "must be " + call.target().type() + " as in the address"));
        }
        if (asked.mode().filter("update"::equals).isPresent()
                && !call.target()
                        .id()
                        .equals(Optional.ofNullable(resource.getIdElement().getIdPart()))) {
            issues.add(new Issue(Severity.ERROR, resource.fhirType() + ".id", "must be that of the address"));
        }
        issues.addAll(bodies.issues(resource, asked.profile()));
        return told(issues);
    }

    private static void there(Optional<Version> there, Call call) {
        if (there.filter(version -> !version.isDeleted()).isEmpty()) {
            Key key = call.target()
                    .key()
                    .orElseThrow(() -> Refusal.bad("http.mode", "this mode is asked of one resource, by its address"));
            throw Refusal.missing("there is no such " + key.type());
        }
    }

    private static Answer told(List<Issue> issues) {
        OperationOutcome outcome = Refusal.outcome(issues);
        if (issues.isEmpty()) {
            outcome.addIssue()
                    .setSeverity(OperationOutcome.IssueSeverity.INFORMATION)
                    .setCode(OperationOutcome.IssueType.INFORMATIONAL)
                    .setDiagnostics("no issues were found");
        }
        return Answer.of(200, outcome);
    }

    private Asked asked(Call call) {
        Optional<Resource> body = call.body() instanceof Call.Body.None || isEmpty(call)
                ? Optional.empty()
                : Optional.of(bodies.read(call));
        Optional<String> mode = call.parameter("mode");
        Optional<String> profile = call.parameter("profile");
        if (body.orElse(null) instanceof Parameters parameters) {
            return new Asked(
                    parameters.getParameter().stream()
                            .filter(one -> one.getName().equals("resource") && one.hasResource())
                            .map(ParametersParameterComponent::getResource)
                            .findFirst(),
                    text(parameters, "mode").or(() -> mode),
                    text(parameters, "profile").or(() -> profile));
        }
        return new Asked(body, mode, profile);
    }

    private static boolean isEmpty(Call call) {
        return call.body() instanceof Call.Body.Bytes bytes && bytes.content().isEmpty();
    }

    private static Optional<String> text(Parameters parameters, String name) {
        return parameters.getParameter().stream()
                .filter(one -> one.getName().equals(name) && one.hasValue())
                .map(ParametersParameterComponent::getValue)
                .map(Base::primitiveValue)
                .findFirst();
    }
}
