package org.fieldward.core.chart.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Reference;

/**
 * The part of FHIRPath that search parameters are written in: names, choices by type, references by type, and elements by
 * the code in one of their fields. Much faster than the whole of it, and tested to give the same.
 */
final class Path {

    private static final Pattern STEP = Pattern.compile("(\\w+)(?:\\((.*)\\))?");
    private static final Pattern RESOLVES = Pattern.compile("resolve\\(\\) is (\\w+)");
    private static final Pattern EQUALS = Pattern.compile("(\\w+)='(\\w+)'");

    private final List<Step> steps;

    private sealed interface Step {
        record Child(String name, int hash) implements Step {}

        record Only(Predicate<Base> condition) implements Step {}
    }

    private Path(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** One alternative of a parameter's path, such as {@code (Observation.value as Quantity)}; empty if it needs more. */
    static Optional<Path> of(String path) {
        String plain = path.strip().replaceAll("\\(([\\w.]+) as (\\w+)\\)", "$1.as($2)");
        var steps = new ArrayList<Step>();
        List<String> parts = split(plain);
        // The first names the type.
        for (String part : parts.subList(1, parts.size())) {
            Matcher step = STEP.matcher(part);
            if (!step.matches()) {
                return Optional.empty();
            }
            Optional<Step> read = step(step.group(1), Optional.ofNullable(step.group(2)));
            if (read.isEmpty()) {
                return Optional.empty();
            }
            steps.add(read.get());
        }
        return Optional.of(new Path(steps));
    }

    private static Optional<Step> step(String name, Optional<String> argument) {
        if (argument.isEmpty()) {
            return Optional.of(new Step.Child(name, name.hashCode()));
        }
        if (name.equals("as")) {
            return Optional.of(new Step.Only(base -> base.fhirType().equals(argument.get())));
        }
        Matcher resolves = RESOLVES.matcher(argument.get());
        Matcher equals = EQUALS.matcher(argument.get());
        if (!name.equals("where")) {
            return Optional.empty();
        }
        if (resolves.matches()) {
            String type = resolves.group(1);
            return Optional.of(
                    new Step.Only(base -> base instanceof Reference reference && type.equals(type(reference))));
        }
        if (equals.matches()) {
            Step.Child field = new Step.Child(equals.group(1), equals.group(1).hashCode());
            String value = equals.group(2);
            return Optional.of(new Step.Only(base -> {
                for (Base found : children(base, field)) {
                    if (value.equals(found.primitiveValue())) {
                        return true;
                    }
                }
                return false;
            }));
        }
        return Optional.empty();
    }

    private static String type(Reference reference) {
        String type = reference.getReferenceElement().getResourceType();
        return type == null ? reference.hasType() ? reference.getType() : "" : type;
    }

    /** At dots outside of brackets. */
    private static List<String> split(String path) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < path.length(); i++) {
            char at = path.charAt(i);
            depth += at == '(' ? 1 : at == ')' ? -1 : 0;
            if (at == '.' && depth == 0) {
                parts.add(path.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(path.substring(start));
        return parts;
    }

    /** What stands there, in order. */
    List<Base> in(Base root) {
        List<Base> found = List.of(root);
        for (Step step : steps) {
            var next = new ArrayList<Base>(found.size());
            for (Base base : found) {
                switch (step) {
                    case Step.Child child -> next.addAll(List.of(children(base, child)));
                    case Step.Only only -> {
                        if (only.condition().test(base)) {
                            next.add(base);
                        }
                    }
                }
            }
            if (next.isEmpty()) {
                return List.of();
            }
            found = next;
        }
        return found;
    }

    private static Base[] children(Base base, Step.Child child) {
        Base[] children = base.getProperty(child.hash(), child.name(), false);
        return children == null ? new Base[0] : children;
    }
}
