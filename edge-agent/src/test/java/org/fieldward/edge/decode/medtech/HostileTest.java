package org.fieldward.edge.decode.medtech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.mapping.PayloadTree;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages made to cost much or to say what they should not. None is larger than the door lets in. */
class HostileTest {

    private static final String DEVICE = """
            {"templateType": "JsonPathContent", "template": {"typeName": "hr", "typeMatchExpression": "$..[?(@h)]",
              "deviceIdExpression": "$.id", "timestampExpression": "$.t",
              "values": [{"valueName": "v", "valueExpression": "$.h"}]}},
            {"templateType": "CalculatedContent", "template": {"typeName": "hr", "typeMatchExpression": "$..[?(@c)]",
              "deviceIdExpression": "$.Body.id", "timestampExpression": "$.matchedToken.t",
              "values": [
                {"valueName": "v", "valueExpression": {"value": "add(matchedToken.c, `1`)", "language": "JmesPath"}}]}},
            {"templateType": "CalculatedContent", "template": {"typeName": "hr", "typeMatchExpression": "$..[?(@k)]",
              "deviceIdExpression": "$.Body.id", "timestampExpression": "$.matchedToken.t",
              "values": [{"valueName": "v", "valueExpression": "$.Body..[?(@n == 1)].n"}]}}""";

    @TempDir
    Path home;

    private List<Clinic> clinics = List.of();

    HostileTest() {
        home = Path.of("");
    }

    @BeforeEach
    void clinics() {
        String fhir = Clinic.fhir("hr", "v", "8867-4", "/min");
        clinics = List.of(
                Clinic.templates(home, Envelope.BODY, DEVICE, fhir),
                Clinic.templates(home, Envelope.TELEMETRY, DEVICE, fhir));
    }

    private void refused(String payload, String said) {
        for (Clinic clinic : clinics) {
            assertThat(clinic.makes(payload)).singleElement().asString().contains(said);
        }
    }

    @Test
    void too_deep_too_many_and_too_long_are_refused() {
        refused("[".repeat(40) + "]".repeat(40), "too deep or too long");
        refused("[" + "{\"h\":1,\"t\":\"2026-03-01\"},".repeat(1_001) + "0]", "at most 1000 times");
        refused("{\"h\":\"" + "1".repeat(20_000) + "\",\"t\":\"2026-03-01\"}", "too deep or too long");
        refused("{\"h\":1,\"t\":\"" + "1".repeat(9_000) + "\"}", "must be a time");
        refused("{\"h\":1,\"h\":2}", "not JSON");
    }

    @Test
    void numbers_that_cost_more_than_they_say_are_refused() {
        refused("{\"h\":1e999999999,\"t\":\"2026-03-01\"}", "exponent");
        refused("{\"c\":1e999999999,\"t\":\"2026-03-01\"}", "exponent");
        refused("{\"c\":1e9999999999,\"t\":\"2026-03-01\"}", "exponent");
    }

    /** Every match looks for its value everywhere: a thousand times a thousand. */
    @Test
    void expressions_that_meet_a_tree_made_for_them_are_given_up() {
        refused(
                "[" + "{\"k\":1,\"t\":\"2026-03-01\"},".repeat(900) + "[0,0,0],".repeat(10_000) + "0]",
                "at no more than 1000000 places");
        refused("[" + "{\"k\":1,\"n\":1,\"t\":\"2026-03-01\"},".repeat(300) + "0]", "found once, was found 300 times");
    }

    @Test
    void a_message_with_thousands_of_members_is_not_copied_for_every_match() {
        var members = new StringBuilder("{\"Body\":[");
        for (int i = 0; i < 900; i++) {
            members.append("{\"c\":null,\"t\":\"2026-03-01\"},");
        }
        members.append("0],\"Properties\":{},\"SystemProperties\":{}");
        for (int i = 0; i < 20_000; i++) {
            members.append(",\"").append(i).append("\":0");
        }
        Envelope envelope = Envelope.MESSAGE;

        assertThat(envelope.message(
                        PayloadTree.read(members.append('}').toString().getBytes(StandardCharsets.UTF_8)),
                        new DeviceId("m"),
                        "",
                        Optional.empty()))
                .hasSize(3);
    }

    @Test
    void what_a_function_cannot_work_out_is_refused_without_the_content() {
        refused("{\"c\":\"Miller\",\"t\":\"2026-03-01\"}", "cannot be worked out");
        for (Clinic clinic : clinics) {
            assertThat(clinic.makes("{\"c\":[{\"name\":\"Miller\"}],\"t\":\"2026-03-01\"}")
                            .toString())
                    .doesNotContain("Miller");
        }
    }
}
