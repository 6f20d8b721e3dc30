package org.fieldward.edge.decode.medtech;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.mapping.MappingException;

/**
 * A place in a mapping file. Read as the service read them: names of members in any case, comments, trailing commas and
 * single quotes allowed, members that nobody knows passed over.
 *
 * @param pointer RFC 6901; empty for the whole
 */
public record Part(Path file, String pointer, JsonNode node) {

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_SHOWN = 80;
    private static final Pattern TEMPLATE = Pattern.compile("/template/([0-9]+)(/.*)?");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /** @throws MappingException if there is no JSON */
    public static Part read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new MappingException(
                        file + ": the file must have at most " + MAX_BYTES + " bytes, had " + Files.size(file));
            }
            return new Part(file, "", JSON.readTree(Files.readAllBytes(file)));
        } catch (JacksonException e) {
            throw new MappingException(
                    file + ": must be JSON: " + e.getOriginalMessage() + " in line "
                            + e.getLocation().getLineNr(),
                    e);
        } catch (IOException e) {
            throw new MappingException(file + ": could not be read", e);
        }
    }

    /** The member itself, by its exact name or, where there is none, in another case; empty also for a null. */
    public Optional<Part> member(String name) {
        JsonNode exact = node.get(name);
        if (exact != null) {
            return exact.isNull() ? Optional.empty() : Optional.of(below(name, exact));
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (member.getKey().equalsIgnoreCase(name) && !member.getValue().isNull()) {
                return Optional.of(below(member.getKey(), member.getValue()));
            }
        }
        return Optional.empty();
    }

    private Part below(String name, JsonNode child) {
        return new Part(file, pointer + "/" + name.replace("~", "~0").replace("/", "~1"), child);
    }

    Part needs(String name) {
        return member(name).orElseThrow(() -> below(name, node).bad("must be there"));
    }

    /** A text that is not blank. */
    String text(String name) {
        Part part = needs(name);
        if (!part.node.isTextual() || part.node.asText().isBlank()) {
            throw part.bad("must be a text, was " + part.shown());
        }
        return part.node.asText();
    }

    /** A text or nothing; also nothing for a blank one. */
    public Optional<String> maybe(String name) {
        return member(name)
                .filter(part -> part.node.isValueNode())
                .map(part -> part.node.asText().strip())
                .filter(text -> !text.isEmpty());
    }

    /** True, also in quotes. */
    boolean flag(String name) {
        Optional<Part> part = member(name);
        if (part.isEmpty()) {
            return false;
        }
        String word = part.get().node.asText();
        if (!word.equalsIgnoreCase("true") && !word.equalsIgnoreCase("false")) {
            throw part.get().bad("must be true or false, was " + part.get().shown());
        }
        return word.equalsIgnoreCase("true");
    }

    /** The elements of an array; none where there is no array. */
    public List<Part> elements(String name) {
        Optional<Part> array = member(name);
        if (array.isEmpty()) {
            return List.of();
        }
        Part list = array.get();
        if (!list.node.isArray()) {
            throw list.bad("must be an array, was " + list.shown());
        }
        var parts = new ArrayList<Part>();
        for (JsonNode element : list.node) {
            parts.add(list.below(Integer.toString(parts.size()), element));
        }
        return parts;
    }

    /** The templates of a collection, each a container of its type and itself. */
    List<Part> collection(String type) {
        String found = node.isObject() ? maybe("templateType").orElse("nothing") : "nothing";
        if (!isType(found, type)) {
            throw below("templateType", node).bad("must be " + type + ", was '" + found + "'");
        }
        if (!needs("template").node.isArray()) {
            throw needs("template")
                    .bad("must be an array, was " + needs("template").shown());
        }
        return elements("template");
    }

    /** The service's own classes carry the ending, and some files too. */
    static boolean isType(String found, String type) {
        return found.equalsIgnoreCase(type) || found.equalsIgnoreCase(type + "Template");
    }

    public MappingException bad(String rule) {
        return new MappingException(file + ": " + place() + " " + rule);
    }

    MappingException bad(String rule, Throwable cause) {
        return new MappingException(file + ": " + place() + " " + rule, cause);
    }

    /** For messages: which template it is, and where exactly. */
    public String place() {
        Matcher template = TEMPLATE.matcher(pointer);
        return template.matches()
                ? "template " + template.group(1) + ", " + pointer
                : pointer.isEmpty() ? "the file" : pointer;
    }

    String shown() {
        String text = node.toString();
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    }
}
