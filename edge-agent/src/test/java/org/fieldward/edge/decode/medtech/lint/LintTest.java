package org.fieldward.edge.decode.medtech.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.MappingException;
import org.fieldward.edge.decode.medtech.Part;
import org.fieldward.proto.reading.Catalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintTest {

    private static final Lint LINT = new Lint(new Normaliser(Catalogue.standard()));
    private static final Path SAMPLES =
            Path.of(System.getProperty("fieldward.shared", "../../shared"), "data", "mappings");

    private static final String DEVICE = """
            {"templateType": "CollectionContent", "template": [
              {"templateType": "CalculatedContent", "template": {"typeName": "t",
                "typeMatchExpression": "$..[?(@hr)]", "deviceIdExpression": "$.matchedToken.id",
                "timestampExpression": "$.matchedToken.at",
                "values": [{"required": true, "valueName": "v", "valueExpression": "$.matchedToken.hr"}]}},
              {"templateType": "JsonPathContent", "template": {"typeName": "t",
                "typeMatchExpression": "$..[?(@rate)]", "deviceIdExpression": "$.id", "timestampExpression": "$.at",
                "values": [{"valueName": "v", "valueExpression": "$.rate"}]}}]}""";
    private static final String FHIR = """
            {"templateType": "CollectionFhir", "template": [
              {"templateType": "CodeValueFhir", "template": {"typeName": "T", "periodInterval": 60,
                "codes": [{"code": "8867-4", "system": "http://loinc.org", "display": "Heart rate"}],
                "value": {"valueName": "v", "valueType": "SampledData", "unit": "/min", "defaultPeriod": 1000}}}]}""";

    @TempDir
    Path home;

    LintTest() {
        home = Path.of("");
    }

    private Part part(String name, String text) {
        try {
            return Part.read(Files.writeString(home.resolve(name), text));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> said(String device, String fhir) {
        return LINT.of(List.of(part("device.json", device), part("fhir.json", fhir))).stream()
                .map(Finding::toString)
                .toList();
    }

    @Test
    void of_a_good_pair_nothing_is_said() {
        assertThat(said(DEVICE, FHIR)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            8867-4             | 8480-6           | has the code 8480-6, which is Systolic blood pressure, and the display 'Heart rate', whose code is 8867-4
            8867-4             | 8867-5           | which is no LOINC code: its check digit is wrong
            "/min"             | "count/min"      | which in UCUM is /min
            "/min"             | ""               | has no unit, /min is meant
            "/min"             | "mmHg"           | heart-rate must be in /min, was in 'mmHg'
            "/min"             | "Hz"             | is converted to /min, times 60
            1000               | 0                | must have a defaultPeriod above 0 milliseconds
            60                 | 61               | has the periodInterval 61
            "SampledData"      | "String"         | v is a String, and a reading holds numbers
            "T"                | "other"          | gives the type 't', for which the FHIR mapping has no template
            "T"                | "other"          | is for the type 'other', which no device template gives
            "valueName": "v", "valueType" | "valueName": "w", "valueType" | and it is required: messages are refused for want of it
            "valueName": "v", "valueType" | "valueName": "w", "valueType" | reads the valueName 'w', which no device template of the type 'T' gives
            "$.matchedToken.hr" | "$.hr"          | cannot find anything: '$.hr' must begin with matchedToken, Body
            "$.rate"           | "$.matchedToken.rate" | already begins at what was matched
            "$.rate"           | "$.Rate"         | what is matched has 'rate' in other case
            "deviceIdExpression": "$.id" | "deviceIdExpression": "$.id", "unit": "x" | has the member 'unit', which nobody reads
            "CalculatedContent" | "XContent"      | template 0, /template/0/templateType must be JsonPathContent
            """)
    void each_mistake_is_found_by_name(String right, String wrong, String expected) {
        assertThat(DEVICE.contains(right) || FHIR.contains(right)).isTrue();
        assertThat(said(DEVICE.replace(right, wrong), FHIR.replace(right, wrong)))
                .anySatisfy(line -> assertThat(line).contains(expected));
    }

    @Test
    void a_code_that_two_components_have_is_found() {
        String component = """
                {"codes": [{"code": "8480-6", "system": "http://loinc.org"}], "value": {"valueName": "%s",
                 "valueType": "Quantity", "unit": "mmHg", "code": "mm[Hg]"}}""";
        String fhir = """
                {"templateType": "CollectionFhir", "template": [{"templateType": "CodeValueFhir", "template": {
                  "typeName": "t", "components": [%s, %s]}}]}""".formatted(component.formatted("v"), component.formatted("w"));

        assertThat(said(DEVICE, fhir)).anySatisfy(line -> assertThat(line).contains("that another component has"));
    }

    @Test
    void the_official_samples_take_diastolic_pressure_for_heart_rate_and_are_mended_beside() throws IOException {
        assumeThat(SAMPLES).as("the sample files").isDirectory();
        Path copy = Files.copy(SAMPLES.resolve("basic-fhirmapping.json"), home.resolve("fhirmapping.json"));
        String before = Files.readString(copy);
        Part file = Part.read(copy);

        List<String> changes = Mender.mend(file, LINT.of(List.of(file)));

        assertThat(changes)
                .containsSubsequence(
                        "- /template/3/template/components/0/codes/0/code: \"8867-4\"",
                        "+ /template/3/template/components/0/codes/0/code: \"8462-4\"");
        assertThat(Files.readString(copy)).isEqualTo(before);
        Part mended = Part.read(home.resolve("fhirmapping.mended.json"));
        assertThat(LINT.of(List.of(mended)))
                .noneMatch(finding -> finding.weight() == Finding.Weight.WRONG)
                .allMatch(finding -> finding.mends().isEmpty());
        assertThatThrownBy(() -> Mender.mend(file, LINT.of(List.of(file))))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("must not be there yet");
    }

    @Test
    void what_is_mended_is_good() {
        Part device = part(
                "d.json", DEVICE.replace("$.matchedToken.hr", "$.hr").replace("\"$.rate\"", "\"$.matchedToken.rate\""));
        Part fhir = part("f.json", FHIR.replace("\"/min\"", "\"count/min\""));
        List<Finding> findings = LINT.of(List.of(device, fhir));

        Mender.mend(device, findings);
        Mender.mend(fhir, findings);

        assertThat(LINT.of(List.of(Part.read(home.resolve("d.mended.json")), Part.read(home.resolve("f.mended.json")))))
                .isEmpty();
    }

    @Test
    void own_mappings_are_told_from_those_of_the_service() {
        assertThat(Lint.isMedtech(part("own.json", "{\"name\": \"own\"}"))).isFalse();
        assertThat(Lint.isMedtech(part("theirs.json", FHIR))).isTrue();
    }
}
