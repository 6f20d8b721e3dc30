package org.fieldward.core.edit;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fieldward.core.chart.Key;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** Resources as trees to be merged, and back. Thread-safe. */
final class Bodies {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private Bodies() {}

    static ObjectNode tree(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode tree) {
                return tree;
            }
            throw new IllegalArgumentException("a resource must be a JSON object");
        } catch (JsonProcessingException e) {
            // Its own message would quote the resource.
            throw new IllegalArgumentException("a resource must be JSON");
        }
    }

    /** Written as the chart writes it, so that only what differs is different. */
    static String text(Resource resource, Key key) {
        Resource copy = resource.copy();
        copy.setIdElement(new IdType(key.id()));
        IParser parser = CONTEXT.newJsonParser();
        parser.setStripVersionsFromReferences(false);
        parser.setOverrideResourceIdWithBundleEntryFullUrl(false);
        return parser.encodeResourceToString(copy);
    }

    static Resource resource(ObjectNode tree) {
        return (Resource) CONTEXT.newJsonParser().parseResource(tree.toString());
    }
}
