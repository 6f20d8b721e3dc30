package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldward.core.chart.search.ServedTypes;
import org.fieldward.core.distribution.rest.Desktop.Reply;
import org.junit.jupiter.api.Test;

/** HL7's own examples of R4, as they come with its test cases, go in by the door and come out as they were. */
final class OfficialExampleTest {

    private static final String FOLDER = "/org/hl7/fhir/testcases/r4/examples";

    /** Read out of something else, so that nobody stores them. */
    private static final Set<String> MADE = Set.of("AuditEvent", "DeviceMetric");

    private static final Pattern EXPONENT = Pattern.compile("(?<=:)-?[0-9.]+[eE][+-]?[0-9]+");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    /** By the names of their files. */
    private static Map<String, String> examples() throws Exception {
        var examples = new TreeMap<String, String>();
        URI folder = OfficialExampleTest.class.getResource(FOLDER).toURI();
        try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of());
                Stream<Path> files = Files.list(jar.getPath(FOLDER))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".json")).toList()) {
                String text = Files.readString(file);
                String type = JSON.readTree(text).path("resourceType").asText();
                if (ServedTypes.ALL.contains(type) && !MADE.contains(type)) {
                    examples.put(file.getFileName().toString(), text);
                }
            }
        }
        return examples;
    }

    /**
     * Without what the server sets. Blanks within base64 and the exponents of numbers are ways of writing, which the server
     * does not keep; other decimals it keeps digit by digit.
     */
    private static List<String> own(String text) throws Exception {
        var resource = (ObjectNode) JSON.readTree(text);
        if (resource.get("meta") instanceof ObjectNode meta) {
            meta.remove(List.of("versionId", "lastUpdated"));
            if (meta.isEmpty()) {
                resource.remove("meta");
            }
        }
        if (resource.path("resourceType").asText().equals("Binary")) {
            resource.put("data", resource.path("data").asText().replaceAll("\\s", ""));
        }
        return Numbers.canonical(JSON.writeValueAsString(resource))
                .lines()
                .map(line ->
                        EXPONENT.matcher(line).replaceAll(number -> new BigDecimal(number.group()).toPlainString()))
                .toList();
    }

    @Test
    void each_official_example_of_a_type_that_is_served_comes_back_canonically_equal() throws Exception {
        Map<String, String> examples = examples();
        var refused = new TreeMap<String, String>();
        var changed = new ArrayList<String>();
        var types = new TreeSet<String>();
        try (var desk = new Desktop()) {
            for (Map.Entry<String, String> example : examples.entrySet()) {
                ObjectNode resource = (ObjectNode) JSON.readTree(example.getValue());
                String address = "/" + resource.path("resourceType").asText() + "/"
                        + resource.path("id").asText();
                Reply written = desk.bytes(
                        "PUT", address, example.getValue().getBytes(StandardCharsets.UTF_8), "application/fhir+json");
                // Two of them are of one id.
                if (written.status() != 201 && written.status() != 200) {
                    refused.put(example.getKey(), written.status() + " " + written.element() + " " + written.rule());
                    continue;
                }
                types.add(resource.path("resourceType").asText());
                String stored =
                        desk.get(address, "Accept", "application/fhir+json").text();
                if (!own(stored).equals(own(example.getValue()))) {
                    changed.add(example.getKey() + diff(own(example.getValue()), own(stored)));
                }
            }
        }
        assertThat(changed).isEmpty();
        assertThat(refused).isEmpty();
        assertThat(types).hasSizeGreaterThan(25);
    }

    private static String diff(List<String> sent, List<String> stored) {
        var only = new ArrayList<>(sent);
        only.removeAll(stored);
        var other = new ArrayList<>(stored);
        other.removeAll(sent);
        return " sent " + only + " stored " + other;
    }
}
