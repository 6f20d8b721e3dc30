package org.fieldward.core.webhook.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.webhook.fhir.Strict;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.Movement;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.fieldward.core.webhook.wording.Origin;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/** How JSON of one kind becomes resources, as data. Immutable. */
public final class Mapping {

    private final JsonNode tree;

    private Mapping(JsonNode tree) {
        this.tree = tree;
    }

    /** @throws MappingException if it is wrong anywhere */
    public static Mapping read(java.nio.file.Path file) {
        try {
            return of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new MappingException(List.of("the mapping " + file + " cannot be read"));
        }
    }

    /** @throws MappingException if it is wrong anywhere */
    public static Mapping of(byte[] json) {
        JsonNode tree;
        try {
            tree = Strict.json(json);
        } catch (RefusedException e) {
            throw new MappingException(List.of(e.place() + " " + e.rule()));
        }
        List<String> faults = Lint.faults(tree);
        if (!faults.isEmpty()) {
            throw new MappingException(faults);
        }
        return new Mapping(tree);
    }

    /** By what other resources of the mapping refer to it. */
    static String local(String name) {
        return "urn:fieldward:mapped:" + name;
    }

    /** @throws RefusedException if the message lacks what must be there, or what it says is no resource */
    public Matter apply(JsonNode message, Origin origin) {
        var scope = new Template.Scope(message, message, origin.zone(), "$");
        var drafts = new ArrayList<Draft>();
        for (JsonNode rule : tree.path("resources")) {
            List<JsonNode> elements =
                    rule.has("each") ? new Path(rule.path("each").asText()).find(message, message) : List.of(message);
            for (JsonNode element : elements) {
                if (isMeant(rule, scope.at(element))) {
                    drafts.add(draft(rule, scope.at(element), drafts.size()));
                }
            }
        }
        if (drafts.isEmpty()) {
            throw new RefusedException(
                    Reason.AGAINST_RULES, "$", "must hold something that the mapping makes a resource of");
        }
        return new Matter(
                said("controlId", scope),
                said("kind", scope)
                        .filter(kind -> kind.matches("[A-Za-z0-9_^-]{1,40}"))
                        .orElse("JSON"),
                drafts,
                List.of(),
                movement(scope, origin),
                List.of());
    }

    private static boolean isMeant(JsonNode rule, Template.Scope scope) {
        return !rule.has("when")
                || new Path(rule.path("when").asText())
                        .find(scope.message(), scope.element()).stream()
                                .anyMatch(node -> !node.isBoolean() || node.asBoolean());
    }

    private static Draft draft(JsonNode rule, Template.Scope scope, int number) {
        JsonNode filled = Template.fill(rule.path("resource"), scope).orElseThrow();
        Resource resource = Strict.resource(filled);
        List<Identifier> identifiers = rule.path("identity").asText().equals("new") ? List.of() : identifiers(resource);
        String name = rule.has("name") ? local(rule.path("name").asText()) : local("#" + number);
        return Draft.part(name, resource, Identity.of(identifiers));
    }

    private static List<Identifier> identifiers(Resource resource) {
        Property property = resource.getNamedProperty("identifier");
        return property == null
                ? List.of()
                : property.getValues().stream()
                        .filter(Identifier.class::isInstance)
                        .map(Identifier.class::cast)
                        .filter(identifier -> identifier.hasSystem() && identifier.hasValue())
                        .toList();
    }

    private Optional<String> said(String key, Template.Scope scope) {
        return tree.has(key) ? Template.fill(tree.path(key), scope).map(JsonNode::asText) : Optional.empty();
    }

    private List<Movement> movement(Template.Scope scope, Origin origin) {
        JsonNode rule = tree.path("movement");
        Optional<String> kind = rule.isMissingNode()
                ? Optional.empty()
                : Template.fill(rule.path("kind"), scope).map(JsonNode::asText);
        if (kind.isEmpty()) {
            return List.of();
        }
        if (!Lint.KINDS.contains(kind.get())) {
            throw new RefusedException(
                    Reason.AGAINST_RULES, "movement.kind", "must be one of " + String.join(", ", Lint.KINDS));
        }
        Optional<String> bed =
                rule.has("bed") ? Template.fill(rule.path("bed"), scope).map(JsonNode::asText) : Optional.empty();
        Instant at = rule.has("at")
                ? Template.fill(rule.path("at"), scope)
                        .map(time ->
                                java.time.OffsetDateTime.parse(time.asText()).toInstant())
                        .orElse(origin.arrivedAt())
                : origin.arrivedAt();
        return List.of(new Movement(
                Movement.Kind.valueOf(kind.get().toUpperCase(Locale.ROOT).replace('-', '_')),
                local(rule.path("patient").asText()),
                rule.has("encounter") ? Optional.of(local(rule.path("encounter").asText())) : Optional.empty(),
                bed.map(List::of).orElse(List.of()),
                Optional.empty(),
                at));
    }

    /** Names of the mapping's resources. */
    static Set<String> names(JsonNode tree) {
        var names = new java.util.TreeSet<String>();
        tree.path("resources").forEach(rule -> {
            if (rule.has("name")) {
                names.add(rule.path("name").asText());
            }
        });
        return names;
    }
}
