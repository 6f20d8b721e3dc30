package org.fieldward.core.chart.search;

import java.util.Optional;
import java.util.Set;

/** What one value that is asked for demands of a value that a resource has. */
public sealed interface Criterion {

    boolean test(Value value);

    /**
     * @param system empty: of any; empty text: without one
     * @param code empty: any
     */
    record TokenIs(Optional<String> system, Optional<String> code) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Token token
                    && system.orElse(token.system()).equals(token.system())
                    && code.orElse(token.code()).equals(token.code());
        }
    }

    /** @param text as {@link Value.Text#plain} is */
    record TextStarts(String text) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Text found && found.plain().startsWith(text);
        }
    }

    /** @param text as {@link Value.Text#plain} is */
    record TextContains(String text) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Text found && found.plain().contains(text);
        }
    }

    record TextIs(String text) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Text found && found.exact().equals(text);
        }
    }

    /** @param types that it may be of; empty: any */
    record ReferenceIs(Set<String> types, String id) implements Criterion {
        public ReferenceIs {
            types = Set.copyOf(types);
        }

        @Override
        public boolean test(Value value) {
            return value instanceof Value.Reference found
                    && found.id().equals(id)
                    && (types.isEmpty() ? found.url().isEmpty() : types.contains(found.type()));
        }
    }

    record ReferenceUrl(String url) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Reference found && found.url().equals(url);
        }
    }

    /**
     * @param low the first millisecond that is meant
     * @param high the first one after it
     */
    record SpanIs(Prefix prefix, long low, long high) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Span found
                    && switch (prefix) {
                        case EQ -> found.low() >= low && found.high() <= high;
                        case NE -> !(found.low() >= low && found.high() <= high);
                        case GT -> found.high() > high;
                        case LT -> found.low() < low;
                        case GE -> found.high() > high || found.low() >= low;
                        case LE -> found.low() < low || found.high() <= high;
                        case SA -> found.low() >= high;
                        case EB -> found.high() <= low;
                        case AP -> found.low() < high && found.high() > low;
                    };
        }
    }

    /** How a URI compares. */
    enum UriRule {
        SAME,
        /** It begins with the one that is asked for. */
        BELOW,
        /** The one that is asked for begins with it. */
        ABOVE
    }

    record UriIs(UriRule rule, String uri) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Uri found
                    && switch (rule) {
                        case SAME -> found.uri().equals(uri);
                        case BELOW -> found.uri().startsWith(uri);
                        case ABOVE -> uri.startsWith(found.uri());
                    };
        }
    }

    /**
     * @param value as it was said
     * @param low and {@code high}: what is still that number as precisely as it was said; high is the first that is not
     * @param system of the unit; empty: any
     * @param unit code or text of it; empty: any
     */
    record AmountIs(
            Prefix prefix, double value, double low, double high, Optional<String> system, Optional<String> unit)
            implements Criterion {
        @Override
        public boolean test(Value tested) {
            return tested instanceof Value.Amount found
                    && system.orElse(found.system()).equals(found.system())
                    && (unit.isEmpty()
                            || unit.get().equals(found.code())
                            || system.isEmpty() && unit.get().equals(found.unit()))
                    && inside(found);
        }

        private boolean inside(Value.Amount found) {
            return switch (prefix) {
                case EQ, AP -> found.low() >= low && found.high() < high;
                case NE -> !(found.low() >= low && found.high() < high);
                case GT, SA -> prefix == Prefix.GT ? found.high() > value : found.low() > value;
                case LT, EB -> prefix == Prefix.LT ? found.low() < value : found.high() < value;
                case GE -> found.high() >= value;
                case LE -> found.low() <= value;
            };
        }
    }

    record PairIs(Criterion first, Criterion second) implements Criterion {
        @Override
        public boolean test(Value value) {
            return value instanceof Value.Pair pair && first.test(pair.first()) && second.test(pair.second());
        }
    }

    /** The prefixes of https://hl7.org/fhir/R4/search.html#prefix. */
    enum Prefix {
        EQ,
        NE,
        GT,
        LT,
        GE,
        LE,
        SA,
        EB,
        AP
    }
}
