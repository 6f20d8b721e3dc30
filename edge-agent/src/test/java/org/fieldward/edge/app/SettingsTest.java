package org.fieldward.edge.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldward.edge.ingest.SettingKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final Path HOME = Path.of("/etc/fieldward");

    @Test
    void every_key_has_a_default_that_is_taken() {
        Settings none = Settings.of(Map.of(), HOME);
        for (SettingKey key : Settings.keys()) {
            assertThat(Settings.of(Map.of(key.name(), key.fallback()), HOME))
                    .as(key.name())
                    .usingRecursiveComparison()
                    .ignoringFields("values")
                    .isEqualTo(none);
            assertThat(key.meaning()).as(key.name()).endsWith(".");
        }
        assertThat(none.data()).isEqualTo(HOME.resolve("data"));
        assertThat(none.core()).isEmpty();
    }

    @Test
    void an_empty_file_is_refused_and_one_with_a_comment_is_all_defaults(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.properties"), "\n ");
        Path meant = Files.writeString(folder.resolve("meant.properties"), "# all defaults\n");

        assertThatThrownBy(() -> Settings.load(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the settings file " + empty + " is empty")
                .hasMessageContaining("edge-agent settings");
        assertThat(Settings.load(meant).data()).isEqualTo(folder.resolve("data"));
    }

    @Test
    void the_documentation_lists_exactly_these_keys_and_defaults() throws IOException {
        List<String> documented =
                Files.readAllLines(Path.of(System.getProperty("fieldward.root"), "docs/edge-settings.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList();

        assertThat(documented)
                .containsExactlyElementsOf(
                        Settings.keys().stream().map(SettingsTest::row).toList());
    }

    @Test
    void the_documentation_names_exactly_what_the_centre_may_set() throws IOException {
        Map<String, Settable> headings = Map.of(
                "- **At once:**", Settable.AT_ONCE,
                "- **By a new session:**", Settable.BY_A_NEW_SESSION,
                "- **By a new start:**", Settable.BY_A_NEW_START);
        String text = Files.readString(Path.of(System.getProperty("fieldward.root"), "docs/edge-settings.md"));
        headings.forEach((heading, how) -> {
            int from = text.indexOf(heading);
            assertThat(from).as(heading).isPositive();
            String item = text.substring(from, Math.min(ends(text, "\n- ", from), ends(text, "\n\n", from)));
            List<String> named = Pattern.compile("`([a-z0-9.*-]+)`")
                    .matcher(item)
                    .results()
                    .map(found -> found.group(1))
                    .flatMap(name -> name.endsWith("*")
                            ? how.keys().stream().filter(key -> key.startsWith(name.substring(0, name.length() - 1)))
                            : Stream.of(name))
                    .toList();
            assertThat(named).as(heading).containsExactlyInAnyOrderElementsOf(how.keys());
        });
        assertThat(Settings.keys().stream().map(SettingKey::name))
                .containsAll(Stream.of(Settable.values())
                        .flatMap(how -> how.keys().stream())
                        .toList());
    }

    private static int ends(String text, String end, int from) {
        int at = text.indexOf(end, from);
        return at < 0 ? text.length() : at;
    }

    @Test
    void what_the_centre_sets_lies_under_the_gateways_own_file() {
        Settings own = Settings.of(Map.of("alarm.silent-seconds", "45"), HOME);

        Settings both = own.over(Map.of("alarm.silent-seconds", "90", "alarm.lost-seconds", "20"));

        assertThat(both.alarm().silentAfter()).hasSeconds(45);
        assertThat(both.alarm().lostAfter()).hasSeconds(20);
    }

    private static String row(SettingKey key) {
        String fallback = key.fallback().isEmpty() ? "" : "`" + key.fallback() + "`";
        return "| `" + key.name() + "` | " + fallback + " | " + key.meaning() + " |";
    }

    @Test
    void an_unknown_key_stops_the_start_and_the_nearest_is_named() {
        assertThatThrownBy(() -> Settings.of(Map.of("bufer.max-bytes", "1"), HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'bufer.max-bytes'")
                .hasMessageContaining("'buffer.max-bytes'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "buffer.max-bytes | 10 | at least 1000000",
                "buffer.linger-millis | soon | 0 to 100",
                "core.address | core.example | HOST:PORT",
                "core.max-batch | 0 | 1 to 10000",
                "alarm.limit.spo2 | below 90 | LOW..HIGH",
                "alarm.limit.spo2 | 90..80 delay 1s hysteresis 1 priority high | below its high end",
                "clinic.port | 70000 | 0 to 65535",
                "clinic.open-on-loopback | perhaps | true or false",
                "mqtt.plain.port | 70000 | mqtt.plain.port"
            })
    void a_wrong_value_is_refused_with_key_rule_and_value(String key, String value, String rule) {
        assertThatThrownBy(() -> Settings.of(Map.of(key, value), HOME).accounts())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(rule)
                .hasMessageContaining(value);
    }
}
