package org.fieldward.core.copy.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;

/**
 * One resource as a copy keeps it.
 *
 * @param version grows with every change, also over a deletion: of two documents of a key the one with the greater counts
 * @param json the resource; empty where it is deleted, and the document only says so
 * @param facilities that made it, and patients in whose compartments it is: without them nobody could say who may see it
 */
public record Document(
        Key key,
        long version,
        Instant updatedAt,
        String json,
        SortedSet<String> facilities,
        SortedSet<String> patients) {

    private static final int MAX_SCALE = 1_000;

    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    public Document {
        facilities = Collections.unmodifiableSortedSet(new TreeSet<>(facilities));
        patients = Collections.unmodifiableSortedSet(new TreeSet<>(patients));
    }

    public static Document of(Version version) {
        return new Document(
                version.key(),
                version.version(),
                version.updatedAt(),
                version.json(),
                new TreeSet<>(version.facilities()),
                new TreeSet<>(version.patients()));
    }

    public boolean isDeleted() {
        return json.isEmpty();
    }

    /**
     * SHA-256, hexadecimal, of what it says: the same for any order of members and any way to write a number, since stores
     * of JSON keep neither.
     */
    public String checksum() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            var text = new StringBuilder();
            text.append(key).append('\n').append(version).append('\n').append(updatedAt);
            list(text.append('\n'), facilities);
            list(text.append('\n'), patients);
            if (!isDeleted()) {
                canonical(text.append('\n'), tree());
            }
            return HexFormat.of().formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private JsonNode tree() {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            // Its own message would quote the document.
            throw new CopyException("the document of a " + key.type() + " is not JSON");
        }
    }

    private static void list(StringBuilder text, Collection<String> values) {
        values.forEach(value -> text.append(value).append(' '));
    }

    private static void canonical(StringBuilder text, JsonNode node) {
        if (node.isObject()) {
            text.append('{');
            var names = new TreeSet<String>();
            node.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                text.append(JsonNodeFactory.instance.textNode(name)).append(':');
                canonical(text, node.get(name));
                text.append(',');
            }
            text.append('}');
        } else if (node.isArray()) {
            text.append('[');
            for (JsonNode item : node) {
                canonical(text, item);
                text.append(',');
            }
            text.append(']');
        } else if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            // Written out, 1e999999999 would fill the memory.
            text.append(Math.abs((long) number.scale()) > MAX_SCALE ? number.toString() : number.toPlainString());
        } else {
            text.append(node);
        }
    }

    public Held held() {
        return new Held(key, version, checksum());
    }

    /** Without content: patients are not for logs. */
    @Override
    public String toString() {
        return key + "/_history/" + version;
    }
}
