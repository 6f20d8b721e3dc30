package org.fieldward.core.distribution.rest.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.store.Conditions;
import org.hl7.fhir.r4.model.Bundle;

/**
 * Writes and reads the links between pages. What was asked for and where the next page begins travel sealed, so that the
 * server keeps nothing and an address shows no patient.
 */
final class Links {

    static final String CURSOR = "_cursor";

    // How a page is written stays the same from page to page, so these travel beside the cursor.
    private static final Set<String> OF_THE_FORMAT = Set.of("_format", "_pretty", "_elements", "_summary");

    /**
     * What a request asks for.
     *
     * @param parameters but those of the format
     * @param place where to begin, empty on the first page
     */
    record Asked(Map<String, List<String>> parameters, Optional<String> place) {}

    private final Cursors cursors;

    Links(Cursors cursors) {
        this.cursors = cursors;
    }

    Asked asked(Call call) {
        var parameters = new TreeMap<>(call.parameters());
        boolean counts = parameters.getOrDefault("_summary", List.of()).contains("count");
        parameters.keySet().removeAll(OF_THE_FORMAT);
        if (counts) {
            parameters.put("_summary", List.of("count"));
        }
        List<String> cursor = parameters.remove(CURSOR);
        if (cursor == null) {
            return new Asked(parameters, Optional.empty());
        }
        if (!parameters.isEmpty()) {
            throw Refusal.bad("http." + CURSOR, CURSOR + " must stand alone: it holds the whole search");
        }
        String text = cursors.open(address(call), cursor.getFirst())
                .orElseThrow(() -> Refusal.gone("this link to a page is not one of ours, or no longer: search again"));
        int end = text.indexOf('\n');
        return new Asked(Conditions.query(text.substring(end + 1)), Optional.of(text.substring(0, end)));
    }

    void write(Bundle bundle, Call call, Asked asked, Optional<String> next) {
        String address = call.base() + "/" + address(call);
        String self =
                asked.place().isPresent() ? cursor(call, asked, asked.place().get()) : query(asked.parameters());
        bundle.addLink().setRelation("self").setUrl(address + join(self, format(call)));
        next.ifPresent(place ->
                bundle.addLink().setRelation("next").setUrl(address + join(cursor(call, asked, place), format(call))));
    }

    private String cursor(Call call, Asked asked, String place) {
        return CURSOR + "=" + cursors.seal(address(call), place + "\n" + query(asked.parameters()));
    }

    /** Where it was asked, as GET would: relative to the base. */
    static String address(Call call) {
        var path = new StringJoiner("/");
        if (!call.target().type().isEmpty()) {
            path.add(call.target().type());
        }
        call.target().id().ifPresent(path::add);
        call.target().within().ifPresent(path::add);
        call.target().operation().ifPresent(path::add);
        if (call.target().interaction() == Interaction.HISTORY) {
            path.add("_history");
        }
        return path.toString();
    }

    private static String join(String query, String format) {
        String both = query + (query.isEmpty() || format.isEmpty() ? "" : "&") + format;
        return both.isEmpty() ? "" : "?" + both;
    }

    static String query(Map<String, List<String>> parameters) {
        var query = new StringJoiner("&");
        parameters.forEach((name, values) -> values.forEach(value -> query.add(encode(name) + "=" + encode(value))));
        return query.toString();
    }

    private static String format(Call call) {
        var format = new StringJoiner("&");
        call.parameters().forEach((name, values) -> {
            if (OF_THE_FORMAT.contains(name) && !values.contains("count")) {
                format.add(name + "=" + encode(values.getFirst()));
            }
        });
        return format.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%3A", ":");
    }
}
