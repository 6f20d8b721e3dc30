package org.fieldward.core.chart.search;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.core.chart.Key;

/**
 * A search as it is meant.
 *
 * @param clauses all must be met
 * @param count of matches on a page; 0: only the total is asked for
 */
public record Query(
        String type, List<Clause> clauses, List<Sort> sorts, List<Include> includes, int count, boolean total) {

    public Query {
        clauses = List.copyOf(clauses);
        sorts = List.copyOf(sorts);
        includes = List.copyOf(includes);
    }

    /** Only the first that are found, and nothing else. */
    public Query first(int limit) {
        return new Query(type, clauses, List.of(), List.of(), limit, false);
    }

    /** Whether nothing but one whole identifier is asked for, of which there are few. */
    public boolean isForIdentifier() {
        return clauses.size() == 1
                && clauses.getFirst() instanceof Clause.Match match
                && match.parameter().name().equals("identifier")
                && !match.negated()
                && match.any().size() == 1
                && match.any().getFirst() instanceof Criterion.TokenIs token
                && token.system().isPresent()
                && token.code().isPresent();
    }

    /** Other types whose content decides what is found: those that chains and {@code _has} look into. */
    public Set<String> types() {
        var types = new TreeSet<String>();
        clauses.forEach(clause -> collect(clause, types));
        return types;
    }

    private static void collect(Clause clause, Set<String> types) {
        switch (clause) {
            case Clause.Chain chain ->
                chain.targets().forEach(target -> {
                    types.add(target.type());
                    collect(target.clause(), types);
                });
            case Clause.Has has -> {
                types.add(has.reference().type());
                collect(has.clause(), types);
            }
            case Clause.Match match -> {}
            case Clause.Missing missing -> {}
            case Clause.Ids ids -> {}
            case Clause.Updated updated -> {}
            case Clause.Within within -> {}
        }
    }

    /** One thing that is asked of a resource. */
    public sealed interface Clause {

        /**
         * A value of it meets one of the criteria; with {@code negated} none does.
         *
         * @param names under which the values are kept
         */
        record Match(Parameter parameter, List<String> names, boolean negated, List<Criterion> any) implements Clause {
            public Match {
                names = List.copyOf(names);
                any = List.copyOf(any);
            }
        }

        /** @param missing whether it must have no value */
        record Missing(Parameter parameter, boolean missing) implements Clause {}

        record Ids(Set<String> ids, boolean negated) implements Clause {
            public Ids {
                ids = Set.copyOf(ids);
            }
        }

        record Updated(List<Criterion.SpanIs> any) implements Clause {
            public Updated {
                any = List.copyOf(any);
            }
        }

        /** It names a resource that meets one of the clauses. */
        record Chain(Parameter reference, List<Target> targets) implements Clause {
            public Chain {
                targets = List.copyOf(targets);
            }
        }

        /** A resource of the other type names it, and meets the clause. */
        record Has(Parameter reference, Clause clause) implements Clause {}

        /**
         * It is in somebody's compartment.
         *
         * @param parameters references by which it is; a Patient's compartment is kept with each resource
         */
        record Within(Key of, List<Parameter> parameters) implements Clause {
            public Within {
                parameters = List.copyOf(parameters);
            }
        }
    }

    public record Target(String type, Clause clause) {}

    /** @param parameter empty: the time of the last update, or the id */
    public record Sort(String name, Optional<Parameter> parameter, boolean descending) {}

    /**
     * What shall come along.
     *
     * @param source the type that names
     * @param names of the references, as they are kept; empty: all
     * @param target the only type that shall come along; empty: any
     * @param reverse whether what names a match comes along, rather than what a match names
     * @param iterate whether also for what came along
     */
    public record Include(String source, Set<String> names, Optional<String> target, boolean reverse, boolean iterate) {
        public Include {
            names = Set.copyOf(names);
        }
    }
}
