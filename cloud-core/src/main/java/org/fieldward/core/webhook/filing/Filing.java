package org.fieldward.core.webhook.filing;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
import org.hl7.fhir.r4.model.Reference;
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

    /** Under which conditions {@link #file} looks for who bears an identifier. */
    public static List<Condition> identifiers(Matter matter) {
        return matter.drafts().stream()
                .flatMap(draft -> draft.identity().identifiers().stream()
                        .map(identifier -> condition(draft.resource().fhirType(), identifier)))
                .toList();
    }

    private static Condition condition(String type, Identifier identifier) {
        return Condition.identifier(type, identifier.getSystem(), identifier.getValue());
    }

    /** @throws RefusedException if what the message says cannot be brought together with what is there */
    public Filed file(Desk desk, Matter matter) {
        return new Pass(desk).run(matter);
    }

    /** @param known what stood there before the message */
    private record Place(Key key, Optional<Version> known) {

        static Place of(Version version) {
            return new Place(version.key(), Optional.of(version));
        }
    }

    private final class Pass {

        private final Desk desk;
        private final Map<String, Key> names = new HashMap<>();
        private final Map<String, Place> identified = new HashMap<>();
        private final Set<Key> written = new HashSet<>();
        private final List<Filed.Line> lines = new ArrayList<>();

        Pass(Desk desk) {
            this.desk = desk;
        }

        Filed run(Matter matter) {
            var places = new ArrayList<Place>();
            for (Draft draft : matter.drafts()) {
                Place place = place(draft);
                places.add(place);
                draft.names().forEach(name -> names.put(name, place.key()));
                draft.identity()
                        .identifiers()
                        .forEach(id -> identified.put(claim(place.key().type(), id), place));
            }
            for (int i = 0; i < places.size(); i++) {
                write(matter.drafts().get(i), places.get(i));
            }
            for (Key key : matter.deleted()) {
                note(desk.apply(new Change.Delete(key, OptionalLong.empty())));
            }
            return new Filed(lines, names);
        }

        private Place place(Draft draft) {
            String type = draft.resource().fhirType();
            Identity identity = draft.identity();
            if (identity.key().isPresent()) {
                Optional<Version> known = desk.read(identity.key().get());
                if (known.isPresent()) {
                    return Place.of(known.get());
                }
            }
            for (Identifier identifier : identity.identifiers()) {
                Place earlier = identified.get(claim(type, identifier));
                if (earlier != null) {
                    return earlier;
                }
                Optional<Version> found = one(condition(type, identifier), "an identifier of " + type);
                if (found.isPresent()) {
                    return Place.of(found.get());
                }
            }
            Optional<Version> found = identity.condition()
                    .flatMap(condition -> one(condition, "a search for " + type))
                    .or(() -> identity.openEncounterOf().flatMap(this::open));
            return found.map(Place::of)
                    .orElseGet(() ->
                            new Place(identity.key().orElseGet(() -> new Key(type, ids.get())), Optional.empty()));
        }

        private Optional<Version> open(String patientName) {
            Key patient = names.get(patientName);
            if (patient == null) {
                return Optional.empty();
            }
            var condition =
                    new Condition("Encounter", Map.of("patient", List.of(patient.toString()), "status", List.of(OPEN)));
            return one(condition, "the encounter under way of the patient");
        }

        private Optional<Version> one(Condition condition, String what) {
            List<Version> found;
            try {
                found = desk.match(condition, 2);
            } catch (BadSearch e) {
                throw new RefusedException(Reason.AGAINST_RULES, what, "must be one that the chart can look for");
            }
            if (found.size() > 1) {
                throw new RefusedException(Reason.AGAINST_RULES, what, "must name one resource, names several");
            }
            return found.stream().findFirst();
        }

        private static String claim(String type, Identifier identifier) {
            return type + "\n" + identifier.getSystem() + "\n" + identifier.getValue();
        }

        private void write(Draft draft, Place place) {
            Key key = place.key();
            // What this message wrote before stands there now.
            Optional<Version> known = written.add(key) ? place.known() : desk.read(key);
            Optional<Version> alive = known.filter(version -> !version.isDeleted());
            if (alive.isPresent() && draft.how() == Draft.How.LEAVE) {
                line(key, Done.UNCHANGED);
                return;
            }
            Resource said = draft.resource().copy();
            point(said);
            Resource result = alive.isPresent() && draft.how() == Draft.How.OVERLAY
                    ? resource(Merge.of(tree(alive.get().json()), tree(said), draft.cleared(), draft.initial()))
                    : said;
            result.setId(key.id());
            note(desk.apply(
                    known.isEmpty()
                            ? new Change.Create(result)
                            : new Change.Update(
                                    result, OptionalLong.of(known.get().version()))));
        }

        /** Points references at keys, wherever they stand. */
        private void point(Resource resource) {
            for (Reference reference : fhir.newTerser().getAllPopulatedChildElementsOfType(resource, Reference.class)) {
                if (reference.hasReference()) {
                    target(reference.getReference()).ifPresent(key -> reference.setReference(key.toString()));
                }
            }
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
            Optional<Key> found = one(condition, "a reference by search").map(Version::key);
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
