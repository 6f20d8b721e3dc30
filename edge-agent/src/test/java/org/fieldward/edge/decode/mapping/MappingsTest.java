package org.fieldward.edge.decode.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingsTest {

    private static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());
    private static final DeviceId MONITOR = new DeviceId("monitor-07");

    @TempDir
    Path directory;

    MappingsTest() {
        directory = Path.of("");
    }

    private void file(String name, String json) throws IOException {
        Files.writeString(directory.resolve(name + ".json"), json.replace('\'', '"'));
    }

    private Mappings load() {
        return Mappings.load(directory, NORMALISER);
    }

    private static String with(String member) {
        return "{'name':'acme','values':[{'parameter':'spo2','path':'@.s'}]" + member + "}";
    }

    @Test
    void a_device_has_the_topics_of_a_mapping_under_its_own_name_only() throws IOException {
        file("acme", with(",'topic':'vitals/{device}/obs'"));
        Files.writeString(directory.resolve("README.md"), "not a mapping");
        Mappings mappings = load();

        for (String own : List.of("devices/monitor-07/mapped/acme", "vitals/monitor-07/obs")) {
            assertThat(mappings.format(MONITOR, List.of(own.split("/")))).contains(new Format.Mapped("acme"));
        }
        for (String other : List.of(
                "devices/monitor-07/mapped/other",
                "devices/monitor-08/mapped/acme",
                "vitals/monitor-08/obs",
                "vitals/monitor-07/obs/more",
                "vitals/monitor-07",
                "vitals/+/obs",
                "vitals/{device}/obs")) {
            assertThat(mappings.format(MONITOR, List.of(other.split("/")))).isEmpty();
        }
        assertThat(mappings.parser(new Format.Mapped("acme"))).isPresent();
        assertThat(mappings.parser(new Format.Mapped("other"))).isEmpty();
    }

    @Test
    void the_mapping_of_the_documentation_is_one() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("fieldward.root", "."), "docs/payloads.md"));
        int from = page.indexOf("```json\n") + "```json\n".length();
        Files.writeString(directory.resolve("acme.json"), page.substring(from, page.indexOf("```", from)));

        assertThat(load().format(MONITOR, List.of("vitals", "monitor-07", "obs")))
                .contains(new Format.Mapped("acme"));
    }

    @Test
    void two_mappings_never_claim_one_topic() throws IOException {
        file("acme", with(",'topic':'{device}/x'"));
        file("bolt", with(",'topic':'x/{device}'").replace("acme", "bolt"));

        assertThatThrownBy(this::load)
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("bolt: topic")
                .hasMessageContaining("acme");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name':'acme'} | values must be an array",
                "{'name':'other','values':[{'parameter':'spo2','path':'@.s'}]} | name must be",
                "{'name':'acme','valuse':[]} | the mapping must have the members name, topic, readings, time, values only, had 'valuse'",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','units':'%'}]} | values[0] must have the members",
                "{'name':'acme','values':[{'parameter':'spo2'}]} | values[0].path must be a text, was nothing",
                "{'name':'acme','values':[{'parameter':'spo2','path':'s'}]} | values[0].path must be a JSONPath",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.['}]} | values[0].path must be a JSONPath",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','unit':'Cel'}]} | values[0].unit must be a UCUM unit that spo2 allows, was \"Cel\"",
                "{'name':'acme','values':[{'parameter':'weight','path':'@.s'}]} | values[0].unit must be given",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','unit':{'path':'@.u','ucum':{'pc':'pc'}}}]} | values[0].unit.ucum.pc must be",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','scale':0}]} | values[0].scale must be a number above 0",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','scale':1e99}]} | values[0].scale",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','absent':-1}]} | values[0].absent must be an array",
                "{'name':'acme','values':[{'parameter':'spo2','path':'@.s','optional':'yes'}]} | values[0].optional must be true or false, was \"yes\"",
                "{'name':'acme','time':{'path':'@.t','as':'unix'},'values':[{'parameter':'spo2','path':'@.s'}]} | time.as must be rfc3339, epoch-millis or epoch-seconds, was 'unix'",
                "{'name':'acme','readings':'@.x','values':[{'parameter':'spo2','path':'@.s'}]} | readings must begin with $",
                "{'name':'acme','topic':'devices/{device}/x','values':[{'parameter':'spo2','path':'@.s'}]} | topic must not begin with",
                "{'name':'acme','name':'acme'} | must be JSON",
                "[] | the mapping must be an object"
            })
    void a_file_that_cannot_be_used_stops_with_file_field_and_rule(String json, String rule) throws IOException {
        file("acme", json);

        assertThatThrownBy(this::load)
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("acme.json")
                .hasMessageContaining(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vitals/obs",
                "vitals/{device}/{device}",
                "vitals/+/{device}",
                "v/{device}/#",
                "v//{device}",
                "v/x{device}",
                "alarms/{device}",
                "spBv1.0/{device}",
                "$SYS/{device}"
            })
    void a_topic_that_could_reach_beyond_its_device_is_refused(String topic) {
        assertThatThrownBy(() -> OwnTopic.of(topic))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(topic);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$..a..b",
                "@.x[?(@.y == $.z)]",
                "@.x[?(@.y =~ /(a+)+/)]",
                "@.x.length()",
                "$.x[?(@.y in ['a'])]",
                "$.x[?(@.y empty false)]",
                "$.x[?(@.y NIN ['a'])]",
                "$.x[?(@.y.concat(@.z) == 'a')]"
            })
    void a_path_that_could_cost_too_much_is_refused(String path) {
        assertThatThrownBy(() -> new PayloadPath(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "$.a.b",
                "@",
                "@['a b'].c",
                "$..a",
                "$.x[0]",
                "$.x[-1:]",
                "@.x[*].y",
                "$.x[?(@.a)]",
                "$.x[?(@.a == true && !(@.b == 'in (x) $..') || @.c >= 1.5)].v",
                "@.x[?(@['a'] == null)]"
            })
    void a_path_that_walks_once_is_taken(String path) {
        assertThat(new PayloadPath(path)).hasToString("'" + path + "'");
    }
}
