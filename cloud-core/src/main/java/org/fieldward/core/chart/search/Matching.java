package org.fieldward.core.chart.search;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.search.Query.Clause;
import org.hl7.fhir.r4.model.Resource;

/** Whether one version meets a condition, by itself: what a search finds among all, without chains. Thread-safe. */
public final class Matching {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private final Query query;

    /**
     * @param now what {@code ap} is measured from
     * @throws BadSearch if it is not understood, or follows references, which one version alone cannot answer
     */
    public Matching(Condition condition, Instant now) {
        query = Asked.read(condition.type(), condition.parameters(), now);
        for (Clause clause : query.clauses()) {
            if (clause instanceof Clause.Chain || clause instanceof Clause.Has) {
                throw new BadSearch("query", "must not follow references");
            }
        }
    }

    /** What was deleted meets nothing. */
    public boolean matches(Version version) {
        if (version.isDeleted() || !version.key().type().equals(query.type())) {
            return false;
        }
        return matches(version, (Resource) CONTEXT.newJsonParser().parseResource(version.json()));
    }

    /**
     * For who has the resource at hand, also one that was never written.
     *
     * @param version of which the content is not looked at
     */
    public boolean matches(Version version, Resource resource) {
        if (!version.key().type().equals(query.type())) {
            return false;
        }
        Entries entries = Entries.of(resource);
        return query.clauses().stream().allMatch(clause -> meets(version, entries, clause));
    }

    private static boolean meets(Version version, Entries entries, Clause clause) {
        return switch (clause) {
            case Clause.Match match ->
                match.negated()
                        != entries.all().stream()
                                .anyMatch(entry -> match.names().contains(entry.name())
                                        && match.any().stream().anyMatch(asked -> asked.test(entry.value())));
            case Clause.Missing missing ->
                missing.missing() == entries.all().stream().noneMatch(entry -> counts(missing.parameter(), entry));
            case Clause.Ids ids ->
                ids.negated() != ids.ids().contains(version.key().id());
            case Clause.Updated updated -> {
                long at = version.updatedAt().toEpochMilli();
                yield updated.any().stream().anyMatch(span -> span.test(new Value.Span(at, at + 1)));
            }
            case Clause.Within within -> within(version, entries, within);
            case Clause.Chain chain -> throw new IllegalStateException("refused before");
            case Clause.Has has -> throw new IllegalStateException("refused before");
        };
    }

    /** Whether it is a value of that parameter. */
    private static boolean counts(Parameter parameter, Entries.Entry entry) {
        return parameter.stored().contains(entry.name())
                && (parameter.only().isEmpty()
                        || entry.value() instanceof Value.Reference reference
                                && reference.type().equals(parameter.only().get()));
    }

    private static boolean within(Version version, Entries entries, Clause.Within within) {
        Key of = within.of();
        if (of.equals(version.key())) {
            return true;
        }
        if (of.type().equals("Patient")) {
            return version.patients().contains(of.id());
        }
        var wanted = new Value.Reference(of.type(), of.id(), "");
        List<String> names = within.parameters().stream()
                .flatMap(parameter -> parameter.stored().stream())
                .toList();
        return entries.all().stream()
                .anyMatch(entry -> names.contains(entry.name()) && Objects.equals(entry.value(), wanted));
    }
}
