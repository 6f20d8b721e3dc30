package org.fieldward.core.distribution.rest.patch;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.fhirpath.ExpressionNode;
import org.hl7.fhir.r4.fhirpath.ExpressionNode.Function;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Resource;

/** Finds what the FHIRPath of a patch means. Not thread-safe. */
final class Paths {

    private static final int MAX_LENGTH = 2_000;

    /** The others are of no use to name an element, may run for ever, or ask elsewhere. */
    private static final Set<Function> KNOWN = EnumSet.of(
            Function.Where,
            Function.First,
            Function.Last,
            Function.Tail,
            Function.Skip,
            Function.Take,
            Function.Single,
            Function.Item,
            Function.OfType,
            Function.As,
            Function.Is,
            Function.Exists,
            Function.Empty,
            Function.Not,
            Function.Count,
            Function.HasValue,
            Function.Extension,
            Function.StartsWith,
            Function.EndsWith,
            Function.Contains,
            Function.Lower,
            Function.Upper,
            Function.ToString);

    private final FHIRPathEngine engine;

    Paths(FhirContext context) {
        // It wants to know every type there is, which only what is not served here needs.
        engine = new FHIRPathEngine(new HapiWorkerContext(context, new IValidationSupport() {
            @Override
            public FhirContext getFhirContext() {
                return context;
            }

            @Override
            public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
                return List.of();
            }
        }));
    }

    Base one(Resource resource, String path, String place) {
        return atMostOne(resource, path, place)
                .orElseThrow(() -> PathPatch.unfit(place, "there is nothing at the path"));
    }

    Optional<Base> atMostOne(Resource resource, String path, String place) {
        if (path.length() > MAX_LENGTH) {
            throw Refusal.bad(place + ".part", "path must have at most " + MAX_LENGTH + " characters");
        }
        List<Base> found;
        try {
            ExpressionNode parsed = engine.parse(path);
            judge(parsed, place);
            found = engine.evaluate(resource, parsed);
        } catch (FHIRException | UnsupportedOperationException e) {
            throw Refusal.bad(place + ".part", "path must be FHIRPath that names an element");
        }
        if (found.size() > 1) {
            throw PathPatch.unfit(place, "the path leads to " + found.size() + " elements, and must lead to one");
        }
        return found.stream().findFirst();
    }

    private static void judge(ExpressionNode node, String place) {
        if (node.getFunction() != null && !KNOWN.contains(node.getFunction())) {
            throw Refusal.bad(
                    place + ".part", "path must not use " + node.getFunction().toCode() + "()");
        }
        if (node.getParameters() != null) {
            node.getParameters().forEach(parameter -> judge(parameter, place));
        }
        for (ExpressionNode next : new ExpressionNode[] {node.getGroup(), node.getInner(), node.getOpNext()}) {
            if (next != null) {
                judge(next, place);
            }
        }
    }

    /** Where the last segment begins: the last dot that is in no bracket and no quotation; -1 without. */
    static int lastDot(String path) {
        int last = -1;
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < path.length(); i++) {
            switch (path.charAt(i)) {
                case '\\' -> i++;
                case '\'' -> quoted = !quoted;
                case '(', '[' -> depth += quoted ? 0 : 1;
                case ')', ']' -> depth -= quoted ? 0 : 1;
                case '.' -> last = quoted || depth > 0 ? last : i;
                default -> {}
            }
        }
        return last;
    }
}
