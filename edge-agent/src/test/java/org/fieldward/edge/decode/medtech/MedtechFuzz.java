package org.fieldward.edge.decode.medtech;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Judged;
import org.fieldward.edge.decode.mapping.OwnTopic;
import org.fieldward.edge.decode.mapping.PayloadTree;
import org.fieldward.edge.decode.medtech.expression.Budget;
import org.fieldward.edge.decode.medtech.expression.Expression;
import org.fieldward.edge.decode.medtech.expression.Expression.Language;
import org.fieldward.edge.fuzz.Dice;

/** Any bytes where mapping files of the service expect their messages, and any text as an expression. */
public final class MedtechFuzz {

    private static final String DEVICE = """
            {"templateType": "CollectionContent", "template": [
              {"templateType": "JsonPathContent", "template": {"typeName": "a", "typeMatchExpression": "$..[?(@h)]",
                "deviceIdExpression": "$.d", "timestampExpression": "$.t",
                "values": [{"required": true, "valueName": "h", "valueExpression": "$.h"}]}},
              {"templateType": "CalculatedContent", "template": {"typeName": "b",
                "typeMatchExpression": "$..[?(@s && @d || @u =~ /^(a+)+$/ || @n > 3)]", "deviceIdExpression": "$.Body.id",
                "timestampExpression": {"value": "fromUnixTimestampMs(matchedToken.t)", "language": "JmesPath"},
                "values": [
                  {"valueName": "s", "valueExpression": {"value": "add(matchedToken.s, `1`)", "language": "JmesPath"}},
                  {"valueName": "d", "valueExpression": "$..s"}]}},
              {"templateType": "CalculatedContent", "template": {"typeName": "c", "defaultExpressionLanguage": "JmesPath",
                "typeMatchExpression": "Body.list[?w]", "deviceIdExpression": "Body.id",
                "timestampExpression": "SystemProperties.\\"iothub-enqueuedtime\\"",
                "values": [{"valueName": "w", "valueExpression": "divide(multiply(to_number(matchedToken.w), Body.f), pow(Body.f, Body.p))"},
                  {"valueName": "s", "valueExpression": "insertString(matchedToken.x, matchedToken.y, matchedToken.w)"}]}},
              {"templateType": "IotJsonPathContent", "template": {"typeName": "a", "typeMatchExpression": "$..[?(@Body.i)]",
                "values": [{"valueName": "h", "valueExpression": "$.Body.i"}]}}]}""";
    private static final String FHIR = """
            {"templateType": "CollectionFhir", "template": [
              {"templateType": "CodeValueFhir", "template": {"typeName": "a", "codes": [{"code": "8867-4", "system": "http://loinc.org"}],
                "value": {"valueName": "h", "valueType": "SampledData", "unit": "Hz"}}},
              {"templateType": "CodeValueFhir", "template": {"typeName": "b", "components": [
                {"codes": [{"code": "8480-6"}], "value": {"valueName": "s", "valueType": "Quantity", "unit": "kPa"}},
                {"codes": [{"code": "x"}], "value": {"valueName": "d", "valueType": "Quantity", "unit": "mmHg"}}]}},
              {"templateType": "CodeValueFhir", "template": {"typeName": "c", "components": [
                {"codes": [{"code": "29463-7"}], "value": {"valueName": "w", "valueType": "Quantity", "unit": "kg"}},
                {"codes": [{"code": "x"}], "value": {"valueName": "s", "valueType": "String"}}]}}]}""";

    private static final List<MedtechMapping> MAPPINGS =
            List.of(mapping(Envelope.BODY), mapping(Envelope.MESSAGE), mapping(Envelope.TELEMETRY));
    private static final JsonNode TREE = PayloadTree.read("""
            {"a": [1, "x", {"b": null, "c": [true, 2.5, "2026-01-01"]}], "b": {"a": {"a": "aaa"}}, "n": 3}""".getBytes(StandardCharsets.UTF_8));

    private MedtechFuzz() {}

    private static MedtechMapping mapping(Envelope envelope) {
        try {
            Path home = Files.createTempDirectory("fieldward-fuzz");
            Path device = Files.writeString(home.resolve("d.json"), DEVICE);
            Path fhir = Files.writeString(home.resolve("f.json"), FHIR);
            MedtechMapping mapping = MedtechMapping.read(
                    new MedtechFiles(device, fhir, OwnTopic.of("v/{device}"), envelope, envelope == Envelope.MESSAGE),
                    Clinic.NORMALISER);
            Files.delete(device);
            Files.delete(fhir);
            Files.delete(home);
            return mapping;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        int kind = dice.below(8);
        if (kind < 2) {
            expression(kind == 0 ? Language.JSON_PATH : Language.JMES_PATH, dice.rest());
            return;
        }
        MedtechMapping mapping = dice.one(MAPPINGS);
        String properties = kind == 7 ? dice.text() : "";
        Judged.decode(
                new Decoder(Clinic.NORMALISER, format -> Optional.of(mapping.parser(properties))),
                new Format.Mapped(MedtechMapping.NAME),
                dice.rest());
    }

    /** It is refused by its rule, or it finds something or nothing. */
    private static void expression(Language language, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.contains("/")) {
            // The fuzzer takes every pattern that it made itself for an attack; that ours give up is tested elsewhere.
            return;
        }
        Expression expression;
        try {
            expression = Expression.of(language, text);
        } catch (IllegalArgumentException e) {
            return;
        }
        expression.members();
        expression.firstMember();
        try {
            expression.all(TREE, new Budget());
        } catch (Fault fault) {
            // Too much work, or a function that cannot work it out.
            return;
        }
    }
}
