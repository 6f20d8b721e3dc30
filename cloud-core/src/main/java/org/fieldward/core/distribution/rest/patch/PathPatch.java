package org.fieldward.core.distribution.rest.patch;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.patch.Elements.Place;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;

/** Applies a FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html): all of its operations in their order, or none. */
public final class PathPatch {

    private static final int MAX_OPERATIONS = 1_000;

    private final Elements elements;
    private final Paths paths;

    private PathPatch(FhirContext context) {
        elements = new Elements(context);
        paths = new Paths(context);
    }

    /**
     * @return a changed copy
     * @throws BaseServerResponseException 400 where it is no patch, 422 where it does not fit
     */
    public static Resource apply(FhirContext context, Parameters patch, Resource resource) {
        List<ParametersParameterComponent> operations = patch.getParameter();
        if (operations.size() > MAX_OPERATIONS) {
            throw Refusal.bad("Parameters.parameter", "must be at most " + MAX_OPERATIONS + " operations");
        }
        Resource changed = resource.copy();
        var applied = new PathPatch(context);
        for (int i = 0; i < operations.size(); i++) {
            String place = "Parameters.parameter[" + i + "]";
            if (!operations.get(i).getName().equals("operation")) {
                throw Refusal.bad(place + ".name", "must be operation");
            }
            try {
                applied.apply(operations.get(i), changed, place);
            } catch (FHIRException | IllegalArgumentException | ClassCastException e) {
                // The message may quote the resource.
                throw unfit(place, "does not fit the resource");
            }
        }
        return changed;
    }

    private void apply(ParametersParameterComponent operation, Resource resource, String place) {
        String path = text(operation, "path", place);
        switch (text(operation, "type", place)) {
            case "add" -> add(operation, path, resource, place);
            case "insert" -> insert(operation, path, resource, place);
            case "delete" -> delete(path, resource, place);
            case "replace" -> replace(operation, path, resource, place);
            case "move" -> move(operation, path, resource, place);
            default -> throw Refusal.bad(place + ".part", "type must be add, insert, delete, replace or move");
        }
    }

    private void add(ParametersParameterComponent operation, String path, Resource resource, String place) {
        Base parent = paths.one(resource, path, place);
        Place target = target(parent, text(operation, "name", place), place);
        if (!target.repeats() && !target.values().isEmpty()) {
            throw unfit(place, "the element does not repeat, and is there: replace it");
        }
        target.values(Edit.with(target.values(), target.values().size(), value(operation, target, place)));
    }

    private void insert(ParametersParameterComponent operation, String path, Resource resource, String place) {
        Place list = list(path, resource, place);
        int index = index(operation, "index", list.values().size(), place);
        list.values(Edit.with(list.values(), index, value(operation, list, place)));
    }

    /** What is not there needs no deleting. */
    private void delete(String path, Resource resource, String place) {
        Optional<Base> found = paths.atMostOne(resource, path, place);
        if (found.isPresent()) {
            Place there = holder(resource, path, found.get(), place);
            there.values(Edit.without(there.values(), Edit.index(there.values(), found.get())));
        }
    }

    private void replace(ParametersParameterComponent operation, String path, Resource resource, String place) {
        Base found = paths.one(resource, path, place);
        Place there = holder(resource, path, found, place);
        int index = Edit.index(there.values(), found);
        IBase value = value(operation, there, place);
        there.values(Edit.with(Edit.without(there.values(), index), index, value));
    }

    private void move(ParametersParameterComponent operation, String path, Resource resource, String place) {
        Place list = list(path, resource, place);
        int last = list.values().size() - 1;
        int source = index(operation, "source", last, place);
        int destination = index(operation, "destination", last, place);
        IBase moved = list.values().get(source);
        list.values(Edit.with(Edit.without(list.values(), source), destination, moved));
    }

    /** The list that a path ends with, also where it is empty. */
    private Place list(String path, Resource resource, String place) {
        int dot = Paths.lastDot(path);
        if (dot < 0 || !path.substring(dot + 1).matches("[A-Za-z]+")) {
            throw Refusal.bad(place + ".part", "path must end with the name of a list");
        }
        Place list = target(paths.one(resource, path.substring(0, dot), place), path.substring(dot + 1), place);
        if (!list.repeats()) {
            throw unfit(place, "the path must be that of a list");
        }
        return list;
    }

    private Place target(Base parent, String name, String place) {
        return elements.place(parent, name)
                .orElseThrow(() -> unfit(place, "there is no element of that name at the path"));
    }

    private Place holder(Resource resource, String path, Base value, String place) {
        if (path.endsWith(".div")
                && paths.one(resource, path.substring(0, path.length() - ".div".length()), place)
                        instanceof Narrative narrative) {
            return elements.text(narrative, value);
        }
        return elements.holder(resource, value)
                .orElseThrow(() -> unfit(place, "the path must lead to an element of the resource"));
    }

    private IBase value(ParametersParameterComponent operation, Place target, String place) {
        ParametersParameterComponent value =
                part(operation, "value").orElseThrow(() -> Refusal.bad(place + ".part", "value is required"));
        return elements.value(target, value)
                .orElseThrow(() -> unfit(place, "value must be of a type that the element has"));
    }

    private static Optional<ParametersParameterComponent> part(ParametersParameterComponent operation, String name) {
        return operation.getPart().stream()
                .filter(part -> part.getName().equals(name))
                .findFirst();
    }

    private static String text(ParametersParameterComponent operation, String name, String place) {
        return part(operation, name)
                .filter(ParametersParameterComponent::hasValue)
                .map(part -> part.getValue().primitiveValue())
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> Refusal.bad(place + ".part", name + " is required"));
    }

    private static int index(ParametersParameterComponent operation, String name, int highest, String place) {
        String text = text(operation, name, place);
        if (!text.matches("[0-9]{1,9}")) {
            throw Refusal.bad(place + ".part", name + " must be a whole number from 0");
        }
        int index = Integer.parseInt(text);
        if (index > highest) {
            throw unfit(place, name + " names no place in the list");
        }
        return index;
    }

    static RuntimeException unfit(String place, String rule) {
        return Refusal.of(422, IssueType.PROCESSING, place, rule);
    }
}
