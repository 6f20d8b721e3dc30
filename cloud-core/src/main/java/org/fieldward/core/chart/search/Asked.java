package org.fieldward.core.chart.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.search.Parameter.Kind;
import org.fieldward.core.chart.search.Query.Clause;

/** Reads a search as parameters carry it into one as it is meant. */
public final class Asked {

    /** What the answer shall look like is for whoever writes it. */
    private static final Set<String> NOT_OURS = Set.of("_format", "_pretty", "_elements");

    private static final int DEFAULT_COUNT = 50;
    private static final int MAX_COUNT = 1_000;
    private static final int MAX_DEPTH = 3;
    private static final int MAX_VALUES = 500;
    private static final Pattern NAME = Pattern.compile("([^:.]+)(?::([^.]+))?(?:\\.(.+))?");
    private static final Pattern HAS = Pattern.compile("_has:(\\w+):([^:]+):(.+)");

    private final Criteria criteria;

    private Asked(Instant now) {
        criteria = new Criteria(now);
    }

    /**
     * @param parameters by name with modifier; each value of a list must be met, commas part alternatives
     * @param now what {@code ap} is measured from
     * @throws BadSearch if something in it is not understood or not served
     */
    public static Query read(String type, Map<String, List<String>> parameters, Instant now) {
        return new Asked(now).query(type, parameters);
    }

    private Query query(String type, Map<String, List<String>> parameters) {
        Parameters.of(type);
        var clauses = new ArrayList<Clause>();
        var sorts = new ArrayList<Query.Sort>();
        var includes = new ArrayList<Query.Include>();
        int count = DEFAULT_COUNT;
        boolean total = false;
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            for (String value : parameter.getValue()) {
                switch (name) {
                    case "_count" -> count = Math.min(count, count(value));
                    case "_summary" -> count = value.equals("count") ? 0 : count;
                    case "_total" -> total = total(value);
                    case "_sort" -> sorts.addAll(sorts(type, value));
                    case "_include", "_include:iterate", "_include:recurse" ->
                        includes.add(include(value, false, name.indexOf(':') > 0));
                    case "_revinclude", "_revinclude:iterate", "_revinclude:recurse" ->
                        includes.add(include(value, true, name.indexOf(':') > 0));
                    default -> {
                        if (!NOT_OURS.contains(name)) {
                            clauses.add(clause(type, name, value, 0));
                        }
                    }
                }
            }
        }
        return new Query(type, clauses, sorts, includes, count, total || count == 0);
    }

    private static int count(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new BadSearch("_count", "must be a whole number");
        }
        return Math.min(Integer.parseInt(text), MAX_COUNT);
    }

    private static boolean total(String text) {
        return switch (text) {
            case "none" -> false;
            // An exact one is the best of estimates.
            case "estimate", "accurate" -> true;
            default -> throw new BadSearch("_total", "must be none, estimate or accurate");
        };
    }

    private static List<Query.Sort> sorts(String type, String text) {
        var sorts = new ArrayList<Query.Sort>();
        for (String key : text.split(",")) {
            boolean descending = key.startsWith("-");
            String name = descending ? key.substring(1) : key;
            if (name.equals("_id") || name.equals("_lastUpdated")) {
                sorts.add(new Query.Sort(name, Optional.empty(), descending));
            } else {
                Parameter parameter = Parameters.of(type).all().get(name);
                if (parameter == null || parameter.kind() == Kind.COMPOSITE) {
                    throw new BadSearch("_sort", "must name parameters that " + type + " serves");
                }
                sorts.add(new Query.Sort(name, Optional.of(parameter), descending));
            }
        }
        return sorts;
    }

    private static Query.Include include(String text, boolean reverse, boolean iterate) {
        String name = reverse ? "_revinclude" : "_include";
        if (text.equals("*") && !reverse) {
            return new Query.Include("*", Set.of(), Optional.empty(), false, iterate);
        }
        String[] parts = text.split(":");
        if (parts.length < 2 || parts.length > 3) {
            throw new BadSearch(name, "must be type:parameter or type:parameter:target");
        }
        if (!ServedTypes.ALL.contains(parts[0])) {
            throw new BadSearch(name, "must name a type that is served");
        }
        Optional<String> target = parts.length == 3 ? Optional.of(parts[2]) : Optional.empty();
        if (parts[1].equals("*")) {
            return new Query.Include(parts[0], Set.of(), target, reverse, iterate);
        }
        Parameter parameter = Parameters.of(parts[0]).all().get(parts[1]);
        if (parameter == null || parameter.kind() != Kind.REFERENCE) {
            throw new BadSearch(name, "must name a reference that " + parts[0] + " serves");
        }
        Optional<String> only = target.or(parameter::only);
        boolean possible = parameter.only().isEmpty() || parameter.only().equals(only);
        return new Query.Include(
                parts[0], new HashSet<>(parameter.stored()), possible ? only : Optional.of("none"), reverse, iterate);
    }

    private Clause clause(String type, String name, String value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new BadSearch("chain", "must not be longer than " + MAX_DEPTH);
        }
        if (name.startsWith("_has:")) {
            return has(type, name, value, depth);
        }
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new BadSearch("parameter", "must have a name");
        }
        String plain = parts.group(1);
        String modifier = parts.group(2) == null ? "" : parts.group(2);
        if (parts.group(3) != null) {
            return chain(Parameters.of(type).get(known(plain)), modifier, parts.group(3), value, depth);
        }
        List<String> values = Criteria.split(value, ',');
        if (values.size() > MAX_VALUES) {
            throw new BadSearch(known(plain), "must not have more than " + MAX_VALUES + " values");
        }
        switch (plain) {
            case "_id" -> {
                if (!modifier.isEmpty() && !modifier.equals("not")) {
                    throw new BadSearch("_id", "must not have a modifier but :not");
                }
                return new Clause.Ids(new HashSet<>(values), modifier.equals("not"));
            }
            case "_lastUpdated" -> {
                if (!modifier.isEmpty()) {
                    throw new BadSearch("_lastUpdated", "must not have a modifier");
                }
                return new Clause.Updated(values.stream()
                        .map(text -> criteria.date("_lastUpdated", text))
                        .toList());
            }
            case "_compartment" -> {
                return within(type, value);
            }
            default -> {
                return match(Parameters.of(type).get(known(plain)), modifier, value, values);
            }
        }
    }

    /** What came as a name may hold anything, so it is repeated only where it looks like one. */
    private static String known(String name) {
        return name.matches("[A-Za-z_-]{1,64}") ? name : "parameter";
    }

    private Clause match(Parameter parameter, String modifier, String value, List<String> values) {
        if (modifier.equals("missing")) {
            if (!value.equals("true") && !value.equals("false")) {
                throw new BadSearch(parameter.name(), "must be true or false with :missing");
            }
            return new Clause.Missing(parameter, value.equals("true"));
        }
        boolean special = modifier.equals("text") || modifier.equals("of-type") || modifier.equals("identifier");
        String suffix = special ? ":" + modifier : "";
        List<String> names =
                parameter.stored().stream().map(stored -> stored + suffix).toList();
        List<Criterion> any = values.stream()
                .map(text -> criteria.read(parameter, modifier, text))
                .toList();
        return new Clause.Match(parameter, names, modifier.equals("not"), any);
    }

    private Clause chain(Parameter reference, String modifier, String rest, String value, int depth) {
        if (reference.kind() != Kind.REFERENCE) {
            throw new BadSearch(reference.name(), "must be a reference to be followed");
        }
        var targets = new ArrayList<Query.Target>();
        Matcher first = NAME.matcher(rest);
        String name = first.matches() ? first.group(1) : rest;
        for (String type : ServedTypes.ALL) {
            boolean meant = modifier.isEmpty()
                    ? reference.targets().isEmpty() || reference.targets().contains(type)
                    : modifier.equals(type);
            boolean serves = rest.startsWith("_has:")
                    || name.equals("_id")
                    || Parameters.of(type).all().containsKey(name);
            if (meant && serves) {
                targets.add(new Query.Target(type, clause(type, rest, value, depth + 1)));
            }
        }
        if (targets.isEmpty()) {
            throw new BadSearch(reference.name(), "must lead to a type that serves " + known(name));
        }
        return new Clause.Chain(reference, targets);
    }

    private Clause has(String type, String name, String value, int depth) {
        Matcher parts = HAS.matcher(name);
        if (!parts.matches()) {
            throw new BadSearch("_has", "must be _has:type:reference:parameter");
        }
        if (!ServedTypes.ALL.contains(parts.group(1))) {
            throw new BadSearch("_has", "must name a type that is served");
        }
        Parameter reference = Parameters.of(parts.group(1)).get(known(parts.group(2)));
        boolean leads = reference.kind() == Kind.REFERENCE
                && (reference.targets().isEmpty() || reference.targets().contains(type));
        if (!leads) {
            throw new BadSearch("_has", "must name a reference to " + type);
        }
        return new Clause.Has(reference, clause(parts.group(1), parts.group(3), value, depth + 1));
    }

    private static Clause within(String type, String value) {
        String[] parts = value.split("/");
        if (parts.length != 2 || !Key.isId(parts[1])) {
            throw new BadSearch("_compartment", "must be type/id");
        }
        Parameters parameters = Parameters.of(type);
        List<Parameter> references =
                parameters.compartment(parts[0]).stream().map(parameters::get).toList();
        if (references.isEmpty() && !type.equals(parts[0])) {
            throw new BadSearch("_compartment", "must be one that " + type + " can be in");
        }
        return new Clause.Within(new Key(parts[0], parts[1]), references);
    }
}
