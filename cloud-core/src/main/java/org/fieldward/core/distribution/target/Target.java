package org.fieldward.core.distribution.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.fieldward.core.access.Sight;

/**
 * A webhook's target as it is kept.
 *
 * @param topics addresses of topics, of which any will do
 * @param criteria searches, of which any will do
 * @param full whether the resource itself is sent, and not only where it is
 * @param secrets sealed, the newest first; an older one is used too until its time
 * @param sight of who added it
 */
record Target(String url, List<String> topics, List<String> criteria, boolean full, List<Secret> secrets, Sight sight) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param sealed what {@link Secrets} opens
     * @param until empty: the newest, which has no end
     */
    record Secret(String sealed, Optional<Instant> until) {}

    Target {
        topics = List.copyOf(topics);
        criteria = List.copyOf(criteria);
        secrets = List.copyOf(secrets);
    }

    /** The form in the database. */
    String text() {
        ObjectNode node = JSON.createObjectNode();
        node.put("url", url).put("full", full);
        topics.forEach(node.putArray("topics")::add);
        criteria.forEach(node.putArray("criteria")::add);
        ArrayNode kept = node.putArray("secrets");
        for (Secret secret : secrets) {
            ObjectNode one = kept.addObject().put("sealed", secret.sealed());
            secret.until().ifPresent(until -> one.put("until", until.toString()));
        }
        sight.facilities().ifPresent(facilities -> facilities.forEach(node.withArray("/facilities")::add));
        sight.patient().ifPresent(patient -> node.put("patient", patient));
        return node.toString();
    }

    static Target parse(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            var secrets = new ArrayList<Secret>();
            for (JsonNode one : node.path("secrets")) {
                secrets.add(new Secret(
                        one.path("sealed").asText(),
                        Optional.of(one.path("until").asText(""))
                                .filter(end -> !end.isEmpty())
                                .map(Instant::parse)));
            }
            Optional<Set<String>> facilities = node.has("facilities")
                    ? Optional.of(new LinkedHashSet<>(texts(node, "facilities")))
                    : Optional.empty();
            return new Target(
                    node.path("url").asText(),
                    texts(node, "topics"),
                    texts(node, "criteria"),
                    node.path("full").asBoolean(),
                    secrets,
                    new Sight(
                            facilities,
                            Optional.of(node.path("patient").asText("")).filter(id -> !id.isEmpty())));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a target is not kept as JSON", e);
        }
    }

    /**
     * The same definition with its secrets sealed.
     *
     * @return empty if there is none in it that stands as it is
     */
    static Optional<String> sealed(String text, UnaryOperator<String> seal) {
        try {
            JsonNode node = JSON.readTree(text);
            boolean changed = false;
            for (JsonNode one : node.path("secrets")) {
                if (one instanceof ObjectNode secret && secret.has("secret")) {
                    secret.put("sealed", seal.apply(secret.remove("secret").asText()));
                    changed = true;
                }
            }
            return changed ? Optional.of(node.toString()) : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a target is not kept as JSON", e);
        }
    }

    private static List<String> texts(JsonNode node, String field) {
        var texts = new ArrayList<String>();
        node.path(field).forEach(one -> texts.add(one.asText()));
        return texts;
    }

    /** An address may hold a secret. */
    @Override
    public String toString() {
        return "target for " + topics.size() + " topics and " + criteria.size() + " searches";
    }
}
