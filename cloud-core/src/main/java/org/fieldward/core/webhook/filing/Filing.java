package org.fieldward.core.webhook.filing;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.webhook.filing.Filed.Done;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;

/**
 * Puts drafts into the chart in one transaction. First every draft gets its key, found or new; then references between
 * drafts become references to keys; then each is written. Thread-safe.
 */
public final class Filing {

    private static final String OPEN = "in-progress,arrived,triaged,onleave,planned";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final FhirContext fhir = FhirContext.forR4Cached();
    private final Supplier<String> ids;

    /** @param ids gives an id that was never used */
    public Filing(Supplier<String> ids) {
        this.ids = ids;
    }

    /** @throws RefusedException if what the message says cannot be brought together with what is there */
    public Filed file(Desk desk, Matter matter) {
        return new Pass(desk).run(matter);
    }

    private final class Pass {

        private final Desk desk;
        private final Map<String, Key> names = new HashMap<>();
        private final Map<String, Key> identified = new HashMap<>();
        private final List<Filed.Line> lines = new ArrayList<>();

        Pass(Desk desk) {
            this.desk = desk;
        }

        Filed run(Matter matter) {
            var places = new ArrayList<Key>();
            for (Draft draft : matter.drafts()) {
                Key key = place(draft);
                places.add(key);
                draft.names().forEach(name -> names.put(name, key));
                draft.identity().identifiers().forEach(id -> identified.put(claim(key.type(), id), key));
            }
            for (int i = 0; i < places.size(); i++) {
                write(matter.drafts().get(i), places.get(i));
            }
            for (Key key : matter.deleted()) {
                note(desk.apply(new Change.Delete(key, OptionalLong.empty())));
            }
            return new Filed(lines, names);
        }

        private Key place(Draft draft) {
            String type = draft.resource().fhirType();
            Identity identity = draft.identity();
            if (identity.key().isPresent() && desk.read(identity.key().get()).isPresent()) {
                return identity.key().get();
            }
            for (Identifier identifier : identity.identifiers()) {
                Key earlier = identified.get(claim(type, identifier));
                if (earlier != null) {
                    return earlier;
                }
                Optional<Key> found = one(
                        Condition.identifier(type, identifier.getSystem(), identifier.getValue()),
                        "an identifier of " + type);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            if (identity.condition().isPresent()) {
                Optional<Key> found = one(identity.condition().get(), "a search for " + type);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            if (identity.openEncounterOf().isPresent()) {
                Optional<Key> open = open(identity.openEncounterOf().get());
                if (open.isPresent()) {
                    return open.get();
                }
            }
            return identity.key().orElseGet(() -> new Key(type, ids.get()));
        }

        private Optional<Key> open(String patientName) {
            Key patient = names.get(patientName);
            if (patient == null) {
                return Optional.empty();
            }
            var condition =
                    new Condition("Encounter", Map.of("patient", List.of(patient.toString()), "status", List.of(OPEN)));
            return one(condition, "the encounter under way of the patient");
        }

        private Optional<Key> one(Condition condition, String what) {
            List<Version> found;
            try {
                found = desk.match(condition, 2);
            } catch (BadSearch e) {
                throw new RefusedException(Reason.AGAINST_RULES, what, "must be one that the chart can look for");
            }
            if (found.size() > 1) {
                throw new RefusedException(Reason.AGAINST_RULES, what, "must name one resource, names several");
            }
            return found.stream().findFirst().map(Version::key);
        }

        private static String claim(String type, Identifier identifier) {
            return type + "\n" + identifier.getSystem() + "\n" + identifier.getValue();
        }

        private void write(Draft draft, Key key) {
            Optional<Version> known = desk.read(key);
            ObjectNode said = tree(draft.resource());
            point(said);
            Optional<Version> alive = known.filter(version -> !version.isDeleted());
            if (alive.isPresent() && draft.how() == Draft.How.LEAVE) {
                line(key, Done.UNCHANGED);
                return;
            }
            ObjectNode result = alive.isPresent() && draft.how() == Draft.How.OVERLAY
                    ? Merge.of(tree(alive.get().json()), said, draft.cleared(), draft.initial())
                    : said;
            result.put("id", key.id());
            Resource resource = resource(result);
            OptionalLong onlyIf =
                    known.map(version -> OptionalLong.of(version.version())).orElse(OptionalLong.empty());
            note(desk.apply(new Change.Update(resource, onlyIf)));
        }

        /** Points references at keys, wherever they stand. */
        private void point(JsonNode node) {
            if (node instanceof ObjectNode object) {
                JsonNode reference = object.get("reference");
                if (reference instanceof TextNode text) {
                    target(text.asText()).ifPresent(key -> object.put("reference", key.toString()));
                }
            }
            node.forEach(this::point);
        }

        private Optional<Key> target(String reference) {
            Key named = names.get(reference);
            if (named != null) {
                return Optional.of(named);
            }
            int mark = reference.indexOf('?');
            if (mark < 1) {
                return Optional.empty();
            }
            Condition condition = Conditions.read(reference.substring(0, mark), reference.substring(mark + 1));
            Optional<Key> found = one(condition, "a reference by search");
            if (found.isEmpty()) {
                throw new RefusedException(Reason.AGAINST_RULES, "a reference by search", "must find a resource");
            }
            return found;
        }

        private void note(Outcome outcome) {
            switch (outcome) {
                case Outcome.Created created -> line(created.version().key(), Done.CREATED);
                case Outcome.Updated updated -> line(updated.version().key(), Done.UPDATED);
                case Outcome.Deleted deleted -> line(deleted.version().key(), Done.DELETED);
                case Outcome.Unchanged unchanged -> line(unchanged.version().key(), Done.UNCHANGED);
                case Outcome.Missing missing -> line(missing.key(), Done.UNCHANGED);
                case Outcome.Stale stale ->
                    // The chart gives 0 where the author may not know what is there.
                    throw stale.newest() == 0
                            ? new RefusedException(
                                    Reason.AGAINST_RULES, stale.key().type() + ".id", "must be no other facility's")
                            : new RefusedException(
                                    Reason.BUSY, stale.key().type(), "must not be changed by somebody else meanwhile");
            }
        }

        private void line(Key key, Done done) {
            lines.add(new Filed.Line(key, done));
        }
    }

    private ObjectNode tree(Resource resource) {
        return tree(parser().encodeResourceToString(resource));
    }

    private static ObjectNode tree(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what the parser wrote cannot be read");
        }
    }

    private Resource resource(ObjectNode tree) {
        return (Resource) parser().parseResource(tree.toString());
    }

    private IParser parser() {
        // References to drafts must come out as they were put in.
        return fhir.newJsonParser()
                .setStripVersionsFromReferences(false)
                .setOverrideResourceIdWithBundleEntryFullUrl(false);
    }
}
