package org.fieldward.edge.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MappingCommandTest {

    @TempDir
    Path home;

    private int code;

    MappingCommandTest() {
        home = Path.of("");
    }

    @BeforeEach
    void files() throws IOException {
        write("d.json", """
                {"templateType": "CollectionContent", "template": [{"templateType": "JsonPathContent", "template": {
                  "typeName": "t", "typeMatchExpression": "$..[?(@hr)]", "deviceIdExpression": "$.id",
                  "timestampExpression": "$.at", "values": [{"valueName": "hr", "valueExpression": "$.hr"}]}}]}""");
        write("f.json", """
                {"templateType": "CollectionFhir", "template": [{"templateType": "CodeValueFhir", "template": {
                  "typeName": "t", "codes": [{"code": "8867-4", "system": "http://loinc.org"}],
                  "value": {"valueName": "hr", "valueType": "Quantity", "unit": "bpm"}}}]}""");
        write("own.json", """
                {"name": "own", "values": [{"parameter": "heart-rate", "path": "@.hr"}]}""");
        write("p.json", "{\"hr\": 71, \"id\": \"watch\", \"at\": \"2026-03-01T08:15:30Z\"}");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(home.resolve(name), text);
    }

    private String run(String... words) {
        String[] absolute = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            absolute[i] = words[i].endsWith(".json") ? home.resolve(words[i]).toString() : words[i];
        }
        return printed(() -> new CommandLine(new MappingCommand()).execute(absolute));
    }

    /** Commands print to the console and nowhere else. */
    private String printed(IntSupplier command) {
        PrintStream console = System.out;
        var caught = new ByteArrayOutputStream();
        try (var stream = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
            System.setOut(stream);
            code = command.getAsInt();
        } finally {
            System.setOut(console);
        }
        return caught.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_pair_of_the_service_is_checked_and_a_mended_copy_written() throws IOException {
        assertThat(run("check", "d.json", "f.json", "--mend"))
                .contains("doubt: f.json: template 0, /template/0/template/value hr has the unit 'bpm'")
                .contains("0 wrong, 1 doubtful, 1 mended")
                .contains("+ /template/0/template/value/code: \"/min\"");
        assertThat(code).isZero();
        assertThat(Files.readString(home.resolve("f.mended.json"))).contains("\"/min\"");

        write("f.json", Files.readString(home.resolve("f.json")).replace("bpm", "mmHg"));
        assertThat(run("check", "d.json", "f.json")).contains("1 wrong");
        assertThat(code).isEqualTo(2);
    }

    @Test
    void a_payload_is_tried_with_a_pair() {
        assertThat(run("try", "d.json", "f.json", "p.json")).isEqualTo("""
                2026-03-01T08:15:30Z: heart-rate 71 /min
                1 readings
                """);
        assertThat(run("try", "d.json", "f.json", "p.json", "--login", "other"))
                .isEqualTo("refused: INVALID_FIELD, t: the device id in the message must be the login, was 'watch'\n");
        assertThat(code).isEqualTo(2);
    }

    @Test
    void our_own_mappings_are_checked_as_before() {
        assertThat(run("check", "own.json", "--payload", "p.json"))
                .isEqualTo("mapping own: ok, for devices/{device}/mapped/own\n"
                        + "no time of its own: heart-rate 71 /min\n1 readings\n");
        assertThat(code).isZero();
    }
}
