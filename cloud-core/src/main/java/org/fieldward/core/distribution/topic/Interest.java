package org.fieldward.core.distribution.topic;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.fhirpath.IFhirPath.IParsedExpression;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fieldward.core.distribution.source.AlarmSource;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Subject.Word;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Resource;

/** What one receiver wants to be told. Used by one thread at a time. */
public final class Interest {

    private static final Set<Word> WRITTEN = Set.of(Word.CREATED, Word.UPDATED, Word.OBSERVED);

    private final String type;
    private final Set<Word> words;
    private final List<Query> queries;
    private final Matcher matcher;
    private final IFhirPath path = FhirContext.forR4Cached().newFhirPath();
    private final Optional<IParsedExpression> is;
    private final Optional<IParsedExpression> becomes;

    private Interest(String type, Set<Word> words, List<Query> queries, Matcher matcher, Optional<Topic> topic) {
        this.type = type;
        this.words = words;
        this.queries = List.copyOf(queries);
        this.matcher = matcher;
        is = topic.flatMap(Topic::is).map(this::parsed);
        becomes = topic.flatMap(Topic::becomes).map(this::parsed);
    }

    private IParsedExpression parsed(String expression) {
        try {
            return path.parse(expression);
        } catch (Exception e) {
            throw new IllegalStateException("a topic has FHIRPath that cannot be read", e);
        }
    }

    /** Everything that meets a search, whenever it is written. */
    public static Interest of(Query query, Matcher matcher) {
        if (query.type().equals(AlarmSource.TYPE)) {
            throw new BadQuestion("criteria must name a resource; alarms have topics");
        }
        matcher.check(query);
        return new Interest(query.type(), WRITTEN, List.of(query), matcher, Optional.empty());
    }

    /**
     * @param filters searches that must all be met, such as {@code Encounter?patient=p1}; the type may be left out
     * @throws BadQuestion if a filter is not one of the topic
     */
    public static Interest of(Topic topic, List<String> filters, Matcher matcher) {
        var queries = new ArrayList<Query>();
        for (String filter : filters) {
            String whole = filter.contains("?") ? filter : topic.resource() + "?" + filter;
            Query query = Query.parse(whole);
            if (!query.type().equals(topic.resource())) {
                throw new BadQuestion("the topic's filters must be about " + topic.resource());
            }
            for (String name : query.parameters().keySet()) {
                if (!topic.filters().contains(name.split(":", 2)[0])) {
                    throw new BadQuestion("the topic has no filter '" + name + "', it has " + topic.filters());
                }
            }
            if (!topic.resource().equals(AlarmSource.TYPE)) {
                matcher.check(query);
            }
            queries.add(query);
        }
        return new Interest(topic.resource(), topic.when(), queries, matcher, Optional.of(topic));
    }

    public String type() {
        return type;
    }

    public boolean wants(Happening happening) {
        if (!happening.type().equals(type)
                || !words.contains(happening.subject().word())) {
            return false;
        }
        for (Query query : queries) {
            Optional<Set<String>> patients = query.patients();
            if (patients.isPresent() && Collections.disjoint(patients.get(), happening.patients())) {
                return false;
            }
        }
        if (type.equals(AlarmSource.TYPE)) {
            return queries.stream().allMatch(query -> isMet(query, happening));
        }
        Optional<Resource> resource = happening.resource();
        return resource.isPresent()
                && is.stream().allMatch(expression -> holds(expression, resource.get()))
                && becomes.stream()
                        .allMatch(expression -> holds(expression, resource.get())
                                && happening.previous().stream().noneMatch(before -> holds(expression, before)))
                && queries.stream().allMatch(query -> matcher.matches(query, resource.get()));
    }

    /** Alarms are no resources: their facts are compared as they are. */
    private static boolean isMet(Query query, Happening happening) {
        return query.parameters().entrySet().stream()
                .filter(parameter -> !parameter.getKey().equals("patient"))
                .allMatch(parameter -> parameter.getValue().stream()
                        .allMatch(values -> happening
                                .fact(parameter.getKey())
                                .filter(fact -> Stream.of(values.split(","))
                                        .map(value -> value.substring(value.lastIndexOf('/') + 1))
                                        .anyMatch(fact::equals))
                                .isPresent()));
    }

    private boolean holds(IParsedExpression expression, Resource resource) {
        return path.evaluateFirst(resource, expression, BooleanType.class)
                .map(BooleanType::booleanValue)
                .orElse(false);
    }
}
