package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.distribution.stats.StatsAsked;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Type;

/** The parameters of {@code $stats}, which stand in the address or in a Parameters resource. */
final class StatsParameters {

    private StatsParameters() {}

    static Map<String, List<String>> of(RequestDetails request) {
        var all = new TreeMap<String, List<String>>();
        request.getParameters()
                .forEach((name, values) ->
                        all.computeIfAbsent(name, unseen -> new ArrayList<>()).addAll(List.of(values)));
        byte[] body = request.getRequestType() == RequestTypeEnum.POST ? request.loadRequestContents() : new byte[0];
        if (body.length > 0) {
            for (var parameter :
                    parsed(request, new String(body, StandardCharsets.UTF_8)).getParameter()) {
                if (parameter.hasName() && parameter.hasValue()) {
                    all.computeIfAbsent(parameter.getName(), unseen -> new ArrayList<>())
                            .add(text(parameter.getName(), parameter.getValue()));
                }
            }
        }
        return all;
    }

    private static Parameters parsed(RequestDetails request, String text) {
        boolean xml = Optional.ofNullable(request.getHeader("Content-Type"))
                .filter(type -> type.contains("xml"))
                .isPresent();
        IParser parser = xml
                ? FhirContext.forR4Cached().newXmlParser()
                : FhirContext.forR4Cached().newJsonParser();
        try {
            return parser.parseResource(Parameters.class, text);
        } catch (DataFormatException | ClassCastException e) {
            throw new SearchException("body", "must be a Parameters resource");
        }
    }

    private static String text(String name, Type value) {
        return switch (value) {
            case Coding coding -> coding.getSystem() + "|" + coding.getCode();
            case Period period ->
                Optional.ofNullable(period.getStartElement().getValueAsString()).orElse("") + "/"
                        + Optional.ofNullable(period.getEndElement().getValueAsString())
                                .orElse("");
            default ->
                Optional.ofNullable(value.primitiveValue())
                        .orElseThrow(() -> new SearchException(name, "must be a Coding, a Period or a primitive"));
        };
    }

    /** The search for what the statistics are made of, newest first. */
    static Asked source(StatsAsked asked) {
        String codes = asked.codes().stream()
                .map(code -> code.system() + "|" + code.code())
                .collect(Collectors.joining(","));
        return Asked.parse(
                Searchable.OBSERVATION,
                Map.of(
                        "patient",
                        new String[] {asked.patient()},
                        "combo-code",
                        new String[] {codes},
                        "date",
                        new String[] {"ge" + time(asked.from()), "lt" + time(asked.until())},
                        "_count",
                        new String[] {Integer.toString(asked.limit())}),
                false);
    }

    private static String time(Instant at) {
        return at.toString();
    }
}
