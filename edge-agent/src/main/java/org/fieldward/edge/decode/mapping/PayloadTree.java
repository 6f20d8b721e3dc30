package org.fieldward.edge.decode.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.fieldward.edge.decode.Fault;

/** Reads a payload whole, within bounds of depth and length; numbers keep their digits. */
public final class PayloadTree {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxStringLength(10_000)
                            .maxNameLength(200)
                            .maxNumberLength(60)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private PayloadTree() {}

    /** @throws Fault if it is not JSON, or beyond the bounds */
    public static JsonNode read(byte[] payload) {
        try {
            JsonNode root = JSON.readTree(payload);
            if (root.isMissingNode()) {
                throw Fault.unreadable("the payload is empty");
            }
            return root;
        } catch (IOException e) {
            throw Fault.unreadable(
                    e instanceof StreamConstraintsException ? "the JSON text is too deep or too long" : "not JSON");
        } catch (NumberFormatException e) {
            // Of Jackson's own, for an exponent that BigDecimal cannot hold.
            throw Fault.unreadable("a number must have an exponent of less than ten digits");
        }
    }
}
