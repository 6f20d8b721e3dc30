package org.fieldward.core.distribution.rest.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.patch.JsonPatch;
import org.fieldward.core.distribution.rest.patch.Patch;
import org.fieldward.core.distribution.rest.patch.PathPatch;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.fhir.ProfileCheck.Issue;
import org.fieldward.core.fhir.ProfileCheck.Severity;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;

/**
 * Reads what clients send: strictly, so that nothing of it is lost in silence, and held against R4's definitions. Thread-safe.
 */
public final class Bodies {

    private static final Set<String> JSON =
            Set.of("application/fhir+json", "application/json", "application/json+fhir", "text/json");
    private static final Set<String> XML =
            Set.of("application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml");

    private final FhirContext context;
    private final ProfileCheck check;

    public Bodies(FhirContext context, ProfileCheck check) {
        this.context = context;
        this.check = check;
    }

    /**
     * The resource in a request's body, not yet checked.
     *
     * @throws BaseServerResponseException 400 with the place where it is no FHIR, 415 where its format is none of ours
     */
    public Resource read(Call call) {
        return switch (call.body()) {
            case Call.Body.Parsed parsed -> parsed.resource();
            case Call.Body.None none -> throw Refusal.bad("http.body", "a resource is needed");
            case Call.Body.Bytes bytes -> read(bytes, call);
        };
    }

    /**
     * The patch in a request's body.
     *
     * @throws BaseServerResponseException 400 where it is none, 415 where its format is none of ours
     */
    public Patch patch(Call call) {
        if (call.body() instanceof Call.Body.Bytes bytes) {
            if (bytes.type().equals("application/json-patch+json")) {
                return new Patch.Json(bytes.content().toStringUtf8());
            }
            if (!isFhir(bytes.type())) {
                throw Refusal.of(
                        415,
                        IssueType.NOTSUPPORTED,
                        "http.Content-Type",
                        "a patch must be application/json-patch+json, or Parameters as application/fhir+json or"
                                + " application/fhir+xml");
            }
        }
        if (read(call) instanceof Parameters operations) {
            return new Patch.Paths(operations);
        }
        throw Refusal.bad("resourceType", "a patch must be Parameters, or a Binary of JSON Patch within a Bundle");
    }

    /** The resource as the patch makes it, not yet checked. */
    Resource patched(Version version, Patch patch) {
        return switch (patch) {
            case Patch.Json json -> parse(JsonPatch.apply(json.text(), version.json()), true);
            case Patch.Paths paths -> PathPatch.apply(context, paths.operations(), of(version));
        };
    }

    private Resource read(Call.Body.Bytes bytes, Call call) {
        if (bytes.content().isEmpty()) {
            throw Refusal.bad("http.body", "a resource is needed");
        }
        if (call.target().type().equals("Binary") && !isFhir(bytes.type())) {
            return raw(bytes, call);
        }
        if (JSON.contains(bytes.type())) {
            return parse(bytes.content().toStringUtf8(), true);
        }
        if (XML.contains(bytes.type())) {
            return parse(bytes.content().toStringUtf8(), false);
        }
        throw Refusal.of(
                415,
                IssueType.NOTSUPPORTED,
                "http.Content-Type",
                "must be application/fhir+json or application/fhir+xml");
    }

    private static boolean isFhir(String type) {
        return type.equals("application/fhir+json") || type.equals("application/fhir+xml");
    }

    /** What is no FHIR at all is the content of a Binary (https://hl7.org/fhir/R4/binary.html#rest). */
    private static Binary raw(Call.Body.Bytes bytes, Call call) {
        var binary = new Binary();
        binary.setContentType(bytes.type().isEmpty() ? "application/octet-stream" : bytes.type());
        binary.setData(bytes.content().toByteArray());
        call.target().id().ifPresent(binary::setId);
        call.header("x-security-context")
                .ifPresent(reference -> binary.getSecurityContext().setReference(reference));
        return binary;
    }

    /** @throws BaseServerResponseException 400 */
    Resource parse(String text, boolean json) {
        IParser parser = json ? context.newJsonParser() : context.newXmlParser();
        parser.setParserErrorHandler(new StrictErrorHandler());
        parser.setOverrideResourceIdWithBundleEntryFullUrl(false);
        try {
            if (parser.parseResource(text) instanceof Resource resource) {
                if (resource instanceof Bundle) {
                    References.untie(resource);
                }
                return resource;
            }
            throw Refusal.bad("http.body", "must be a resource of FHIR R4");
        } catch (DataFormatException e) {
            throw broken(text, json, e);
        }
    }

    /** The parser knows the name of what it stumbled over, the validator its place. */
    private BaseServerResponseException broken(String text, boolean json, DataFormatException e) {
        List<Issue> places = List.of();
        if (json) {
            try {
                places = errors(check.check(text, Optional.empty()));
            } catch (RuntimeException notEvenJson) {
                // What the parser said is all there is to say.
            }
        }
        if (!places.isEmpty()) {
            return Refusal.with(400, Refusal.outcome(places));
        }
        String told =
                Optional.ofNullable(e.getMessage()).orElse("cannot be read").replaceFirst("^HAPI-\\d+: ", "");
        return Refusal.of(400, IssueType.STRUCTURE, "http.body", "must be well-formed FHIR: " + told);
    }

    /** @throws BaseServerResponseException 422 naming element and rule, if it is not valid R4 */
    public void check(Resource resource) {
        List<Issue> faults = resource instanceof Binary ? errors(issues(resource)) : check.faults(write(resource));
        if (!faults.isEmpty()) {
            throw Refusal.with(422, Refusal.outcome(faults));
        }
    }

    /** What is remarkable about it. */
    List<Issue> issues(Resource resource) {
        // Its content is nobody's to judge, and may be large.
        if (resource instanceof Binary binary) {
            return binary.hasContentType()
                    ? List.of()
                    : List.of(new Issue(Severity.ERROR, "Binary.contentType", "is required"));
        }
        return check.check(write(resource), Optional.empty());
    }

    public List<Issue> issues(Resource resource, Optional<String> profile) {
        return check.check(write(resource), profile);
    }

    /** As JSON, with everything that it says. */
    public String write(Resource resource) {
        IParser parser = context.newJsonParser();
        parser.setStripVersionsFromReferences(false);
        parser.setOverrideResourceIdWithBundleEntryFullUrl(false);
        return parser.encodeResourceToString(resource);
    }

    /** What the chart holds. */
    public Resource of(Version version) {
        IParser parser = context.newJsonParser();
        parser.setOverrideResourceIdWithBundleEntryFullUrl(false);
        var resource = (Resource) parser.parseResource(version.json());
        if (resource instanceof Bundle) {
            References.untie(resource);
        }
        return resource;
    }

    private static List<Issue> errors(List<Issue> issues) {
        return issues.stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .toList();
    }
}
