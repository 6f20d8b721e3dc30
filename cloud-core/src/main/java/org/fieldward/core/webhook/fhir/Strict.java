package org.fieldward.core.webhook.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IJsonLikeParser;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ScalarType;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ValueType;
import ca.uhn.fhir.parser.json.jackson.JacksonStructure;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON and resources within bounds, and says of what it cannot read where it stands and which rule it breaks, never
 * what it says. Thread-safe.
 */
public final class Strict {

    private static final int MAX_DEPTH = 64;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(1_000)
                            .maxNumberLength(60)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private Strict() {}

    /** @throws RefusedException if it is no JSON object, or deeper than 64 */
    public static JsonNode json(byte[] bytes) {
        try {
            JsonNode tree = JSON.readTree(bytes);
            if (tree == null || !tree.isObject()) {
                throw new RefusedException(Reason.UNREADABLE, "$", "must be a JSON object");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new RefusedException(Reason.UNREADABLE, place(e.getLocation()), "must be JSON of at most 64 levels");
        } catch (IOException e) {
            throw new RefusedException(Reason.UNREADABLE, "$", "must be JSON in UTF-8");
        }
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null ? "$" : "line " + location.getLineNr() + " column " + location.getColumnNr();
    }

    /** @throws RefusedException if it is no R4 resource, to the last element */
    public static Resource resource(byte[] bytes) {
        return resource(json(bytes));
    }

    /** @throws RefusedException as {@link #resource(byte[])} */
    public static Resource resource(JsonNode tree) {
        String type = tree.path("resourceType").asText();
        if (!type.matches("[A-Z][A-Za-z]{1,40}") || !CONTEXT.getResourceTypes().contains(type)) {
            throw new RefusedException(Reason.UNREADABLE, "$.resourceType", "must be a type of FHIR R4");
        }
        IParser parser = CONTEXT.newJsonParser()
                .setStripVersionsFromReferences(false)
                .setOverrideResourceIdWithBundleEntryFullUrl(false);
        parser.setParserErrorHandler(new Handler(type));
        try {
            var structure = new JacksonStructure();
            structure.setNativeObject((ObjectNode) tree);
            IBaseResource resource = ((IJsonLikeParser) parser).parseResource(structure);
            if (resource instanceof Bundle bundle) {
                unstitch(bundle);
            }
            return (Resource) resource;
        } catch (DataFormatException | IllegalArgumentException | ClassCastException | NullPointerException e) {
            // Its message quotes the content.
            throw new RefusedException(Reason.UNREADABLE, type, "must be a resource as FHIR R4 defines it");
        }
    }

    /** In a Bundle the parser ties what refers to what is referred to, and would write both as one. */
    private static void unstitch(IBaseResource resource) {
        if (resource instanceof Bundle bundle) {
            bundle.getEntry().forEach(entry -> {
                if (entry.hasResource()) {
                    unstitch(entry.getResource());
                }
            });
        }
        for (IBaseReference reference :
                CONTEXT.newTerser().getAllPopulatedChildElementsOfType(resource, IBaseReference.class)) {
            String target = reference.getReferenceElement().getValue();
            if (target != null && !target.startsWith("#")) {
                reference.setResource(null);
            }
        }
    }

    /** As the strict handler, without quoting. */
    private static final class Handler extends StrictErrorHandler {

        private final String type;

        Handler(String type) {
            this.type = type;
        }

        private RefusedException at(@Nullable IParseLocation location, String rule) {
            String place = location == null || location.getParentElementName() == null
                    ? type
                    : location.getParentElementName();
            return new RefusedException(Reason.UNREADABLE, place, rule);
        }

        @Override
        public void invalidValue(IParseLocation location, String value, String error) {
            throw at(location, "must hold a value of its type");
        }

        @Override
        public void unknownElement(IParseLocation location, String name) {
            throw at(location, "must hold no element '" + safe(name) + "'");
        }

        @Override
        public void unknownAttribute(IParseLocation location, String name) {
            throw at(location, "must hold no attribute '" + safe(name) + "'");
        }

        @Override
        public void unknownReference(IParseLocation location, String reference) {
            throw at(location, "must refer to a resource that it contains");
        }

        @Override
        public void unexpectedRepeatingElement(IParseLocation location, String name) {
            throw at(location, "must hold '" + safe(name) + "' once");
        }

        @Override
        public void containedResourceWithNoId(IParseLocation location) {
            throw at(location, "must give what it contains an id");
        }

        @Override
        public void missingRequiredElement(IParseLocation location, String name) {
            throw at(location, "must hold '" + safe(name) + "'");
        }

        @Override
        public void incorrectJsonType(
                IParseLocation location,
                String name,
                ValueType expected,
                @Nullable ScalarType expectedScalar,
                ValueType found,
                @Nullable ScalarType foundScalar) {
            boolean text = expected == ValueType.SCALAR && found == ValueType.SCALAR;
            if (!text) {
                throw at(
                        location,
                        "must hold '" + safe(name) + "' as " + expected.name().toLowerCase(java.util.Locale.ROOT));
            }
        }

        /** The name of an element that nobody knows may be anything. */
        private static String safe(@Nullable String name) {
            return name != null && name.matches("[A-Za-z0-9_.-]{1,40}") ? name : "of another name";
        }
    }
}
