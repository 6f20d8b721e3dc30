package org.fieldward.edge.decode.medtech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.fieldward.edge.decode.mapping.MappingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the service's documents promise of its template types, in messages of the same shapes. */
class DocumentedTest {

    private static final String PRESSURE = """
            {"templateType": "CodeValueFhir", "template": {"typeName": "BloodPressure", "periodInterval": 0,
              "codes": [{"code": "85354-9", "system": "http://loinc.org", "display": "Blood pressure panel"}],
              "components": [
                {"codes": [{"code": "8462-4", "system": "http://loinc.org", "display": "Diastolic blood pressure"}],
                 "value": {"unit": "mmHg", "valueName": "diastolic", "valueType": "quantity"}},
                {"codes": [{"code": "8480-6", "system": "http://loinc.org", "display": "Systolic blood pressure"}],
                 "value": {"code": "mm[Hg]", "system": "http://unitsofmeasure.org", "unit": "millimetres",
                           "valueName": "systolic", "valueType": "Quantity"}}]}}""";

    @TempDir
    Path home;

    DocumentedTest() {
        home = Path.of("");
    }

    private static String calculated(String typeName, String match, String device, String time, String value) {
        return """
                {"templateType": "CalculatedContent", "template": {"typeName": "%s", "typeMatchExpression": %s,
                  "deviceIdExpression": %s, "timestampExpression": %s,
                  "values": [{"required": "true", "valueExpression": %s, "valueName": "v"}]}}""".formatted(typeName, match, device, time, value);
    }

    private static String jsonPath(String typeName, String match, String value) {
        return """
                {"templateType": "JsonPathContent", "template": {"typeName": "%s", "typeMatchExpression": "%s",
                  "deviceIdExpression": "$.deviceId", "timestampExpression": "$.endDate",
                  "values": [{"required": "true", "valueExpression": "%s", "valueName": "v"}]}}""".formatted(typeName, match, value);
    }

    @Test
    void one_message_gives_what_several_templates_find_in_it() {
        var clinic = Clinic.templates(
                home,
                Envelope.MESSAGE,
                jsonPath("hr", "$..[?(@heartRate)]", "$.heartRate") + ","
                        + jsonPath("rr", "$..[?(@breaths)]", "$.breaths"),
                Clinic.fhir("HR", "v", "8867-4", "count/min") + ","
                        + Clinic.fhir("rr", "v", "9279-1", "breaths/minute"));

        assertThat(clinic.makes("""
                {"Body": {"heartRate": "78", "breaths": "14", "endDate": "2019-02-01T22:46:01.8750000Z",
                  "deviceId": "device123"}, "Properties": {}, "SystemProperties": {}}"""))
                .containsExactly("2019-02-01T22:46:01.875Z heart-rate 78 /min, respiratory-rate 14 /min");
    }

    @Test
    void each_element_of_an_array_is_a_measurement_and_hour_24_is_as_wrong_as_it_was() {
        var clinic = Clinic.templates(
                home,
                Envelope.MESSAGE,
                jsonPath("hr", "$..[?(@heartRate)]", "$.heartRate"),
                Clinic.fhir("hr", "v", "8867-4", "count/min"));
        String message = """
                {"Body": [
                  {"heartRate": "78", "endDate": "2019-02-01T22:46:01.8750000Z", "deviceId": "device123"},
                  {"heartRate": "81", "endDate": "2019-02-01T23:46:01.8750000Z", "deviceId": "device123"},
                  {"heartRate": "72", "endDate": "2019-02-0%s:46:01.8750000Z", "deviceId": "device123"}],
                 "Properties": {}, "SystemProperties": {}}""";

        assertThat(clinic.makes(message.formatted("2T00")))
                .containsExactly(
                        "2019-02-01T22:46:01.875Z heart-rate 78 /min",
                        "2019-02-01T23:46:01.875Z heart-rate 81 /min",
                        "2019-02-02T00:46:01.875Z heart-rate 72 /min");
        assertThat(clinic.makes(message.formatted("1T24")))
                .singleElement()
                .asString()
                .startsWith("INVALID_FIELD: hr: the time must be");
    }

    @Test
    void expressions_see_the_matched_token_and_the_whole_message() {
        String device = """
                {"templateType": "CalculatedContent", "template": {"typeName": "bloodpressure",
                  "typeMatchExpression": "$..[?(@systolic && @diastolic)]", // a comment, as the documents have them
                  "deviceIdExpression": "$.Body.deviceId", "timestampExpression": "$.matchedToken.date",
                  "values": [
                    {"required": "true", "valueExpression": "$.matchedToken.systolic", "valueName": "systolic"},
                    {"required": "true", "valueExpression": "$.matchedToken.diastolic", "valueName": "diastolic"},]}}""";

        assertThat(Clinic.templates(home, Envelope.BODY, device, PRESSURE).makes("""
                {"deviceId": "device123", "data": [
                  {"systolic": "120", "diastolic": "80", "date": "2021-07-13T17:29:01.061144Z"},
                  {"systolic": "122", "diastolic": "82", "date": "2021-07-13T17:28:01.061122Z"}]}"""))
                .containsExactly(
                        "2021-07-13T17:29:01.061144Z systolic 120 mm[Hg], diastolic 80 mm[Hg]",
                        "2021-07-13T17:28:01.061122Z systolic 122 mm[Hg], diastolic 82 mm[Hg]");
    }

    @Test
    void data_are_selected_and_transformed_by_jmes_path() {
        String inches = calculated(
                "heightInMeters",
                "{\"value\": \"$..[?(@unit == 'inches')]\", \"language\": \"JsonPath\"}",
                "\"$.matchedToken.deviceId\"",
                "\"$.matchedToken.endDate\"",
                "{\"value\": \"multiply(to_number(matchedToken.height), `0.0254`)\", \"language\": \"JmesPath\"}");
        String meters = calculated(
                "heightInMeters",
                "\"$..[?(@unit == 'meters')]\"",
                "\"$.matchedToken.deviceId\"",
                "\"$.matchedToken.endDate\"",
                "\"$.matchedToken.height\"");

        assertThat(Clinic.templates(
                                home,
                                Envelope.MESSAGE,
                                inches + "," + meters,
                                Clinic.fhir("heightInMeters", "v", "8302-2", "m"))
                        .makes("""
                {"Body": [
                  {"height": "78", "unit": "inches", "endDate": "2019-02-01T22:46:01.8750000Z", "deviceId": "device123"},
                  {"height": "1.9304", "unit": "meters", "endDate": "2019-02-01T23:46:01.8750000Z",
                   "deviceId": "device123"}], "Properties": {}, "SystemProperties": {}}"""))
                .containsExactly(
                        "2019-02-01T22:46:01.875Z height 198.1200 cm", "2019-02-01T23:46:01.875Z height 193.0400 cm");
    }

    @Test
    void jmes_path_may_be_the_language_of_the_whole_template() {
        String device = calculated(
                        "hr",
                        "\"to_array(Body)[?heartrate]\"",
                        "\"matchedToken.device\"",
                        "\"fromUnixTimestampMs(matchedToken.at)\"",
                        "\"matchedToken.heartrate\"")
                .replace("\"typeName\"", "\"defaultExpressionLanguage\": \"JmesPath\", \"typeName\"");

        assertThat(Clinic.templates(home, Envelope.BODY, device, Clinic.fhir("hr", "v", "8867-4", "bpm"))
                        .makes("{\"heartrate\": 60, \"device\": \"device123\", \"at\": 1626799080250}"))
                .containsExactly("2021-07-20T16:38:00.250Z heart-rate 60 /min");
        assertThat(Clinic.templates(home, Envelope.BODY, device, Clinic.fhir("hr", "v", "8867-4", "bpm"))
                        .makes("""
                [{"heartrate": 60, "device": "device123", "at": 1626799080000},
                 {"heartrate": 61, "device": "device123", "at": 1626799081000}, {"steps": 3}]"""))
                .containsExactly("2021-07-20T16:38:00Z heart-rate 60 /min", "2021-07-20T16:38:01Z heart-rate 61 /min");
    }

    private static final String IOT = """
            {"templateType": "IotJsonPathContent", "template": {"typeName": "hr",
              "typeMatchExpression": "$..[?(@Body.heartRate)]", "deviceIdExpression": "$.nowhere",
              "values": [{"required": "true", "valueExpression": "$.Body.heartRate", "valueName": "v"}]}}""";

    @Test
    void a_message_of_an_iot_hub_has_its_device_and_time_from_the_hub() {
        var clinic = Clinic.templates(home, Envelope.MESSAGE, IOT, Clinic.fhir("hr", "v", "8867-4", "count/min"));

        assertThat(clinic.makes("""
                {"Body": {"heartRate": "78"}, "Properties": {"iothub-creation-time-utc": "2019-02-01T22:46:01.8750000Z"},
                 "SystemProperties": {"iothub-connection-device-id": "device123"}}""")).containsExactly("2019-02-01T22:46:01.875Z heart-rate 78 /min");
        assertThat(clinic.makes("""
                {"Body": {"heartRate": "78"}, "Properties": {},
                 "SystemProperties": {"iothub-connection-device-id": "device123",
                   "iothub-enqueuedtime": "2019-02-01T22:46:02Z"}}""")).containsExactly("2019-02-01T22:46:02Z heart-rate 78 /min");
    }

    @Test
    void the_gateway_takes_the_place_of_the_hub() {
        var clinic = Clinic.templates(home, Envelope.BODY, IOT, Clinic.fhir("hr", "v", "8867-4", "count/min"));

        assertThat(clinic.makes("{\"heartRate\": 78}")).containsExactly("on arrival heart-rate 78 /min");
        assertThat(Clinic.shown(clinic.decode(
                        "{\"heartRate\": 78}",
                        "%24.ct=application%2Fjson&iothub-creation-time-utc=2019-02-01T22%3A46%3A01Z")))
                .containsExactly("2019-02-01T22:46:01Z heart-rate 78 /min");
        assertThat(Clinic.shown(clinic.decode("{\"heartRate\": 78}", "$.ctime=2019-02-01T22:46:03Z")))
                .containsExactly("2019-02-01T22:46:03Z heart-rate 78 /min");
        assertThat(Clinic.shown(clinic.decode("{\"heartRate\": 78}", "a=%zz")))
                .containsExactly("INVALID_FIELD: the topic must have properties in URL encoding");
    }

    @Test
    void another_device_in_the_message_is_refused_and_never_believed() {
        var clinic = Clinic.templates(
                home,
                Envelope.BODY,
                jsonPath("hr", "$..[?(@heartRate)]", "$.heartRate"),
                Clinic.fhir("hr", "v", "8867-4", "count/min"));

        assertThat(clinic.makes(
                        "{\"heartRate\": 78, \"deviceId\": \"device124\", \"endDate\": \"2019-02-01T22:46:01Z\"}"))
                .containsExactly("INVALID_FIELD: hr: the device id in the message must be the login, was 'device124'");
        assertThat(clinic.makes("{\"heartRate\": 78, \"endDate\": \"2019-02-01T22:46:01Z\"}"))
                .containsExactly("2019-02-01T22:46:01Z heart-rate 78 /min");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            2019-02-01T22:46:01.8750000Z      | 2019-02-01T22:46:01.875Z
            2019-02-01T22:46:01               | 2019-02-01T22:46:01Z
            2019-02-01 22:46:01               | 2019-02-01T22:46:01Z
            2019-02-01T22:46                  | 2019-02-01T22:46:00Z
            2019-02-01                        | 2019-02-01T00:00:00Z
            2019-02-01T22:46:01+02:00         | 2019-02-01T20:46:01Z
            2019-02-01T22:46:01+0230          | 2019-02-01T20:16:01Z
            2019-02-01T22:46:01-05            | 2019-02-02T03:46:01Z
            2021-07-07T17:00:00+0             | 2021-07-07T17:00:00Z
            Fri, 01 Feb 2019 22:46:01 GMT     | 2019-02-01T22:46:01Z
            02/01/2019 10:46:01 PM            | 2019-02-01T22:46:01Z
            2/1/2019 22:46:01                 | 2019-02-01T22:46:01Z
            """)
    void a_time_is_taken_in_every_form_that_the_service_took(String written, String meant) {
        var clinic = Clinic.templates(
                home,
                Envelope.BODY,
                jsonPath("hr", "$..[?(@heartRate)]", "$.heartRate"),
                Clinic.fhir("hr", "v", "8867-4", "count/min"));

        assertThat(clinic.makes("{\"heartRate\": 78, \"endDate\": \"" + written + "\"}"))
                .containsExactly(meant + " heart-rate 78 /min");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            8867-4  | count/min      | 78     | heart-rate 78 /min
            8867-4  | {beats}/min    | 78     | heart-rate 78 /min
            8867-4  | Hz             | 1.3    | heart-rate 78.0 /min
            8867-4  | ""             | 78     | heart-rate 78 /min
            9279-1  | breaths/minute | 14     | respiratory-rate 14 /min
            8310-5  | degC           | 37.00  | temperature 37.00 Cel
            8310-5  | degF           | 98.6   | temperature 98.6 [degF]
            8310-5  | Fahrenheit     | 98.6   | temperature 98.6 [degF]
            59408-5 | %              | 97     | spo2 97 %
            59408-5 | ratio          | 0.97   | spo2 97.00 %
            29463-7 | lb             | 150.5  | weight 150.5 [lb_av]
            8302-2  | m              | 1.75   | height 175.00 cm
            8302-2  | in             | 70     | height 70 [in_i]
            8480-6  | kPa            | 16     | systolic 120.00992 mm[Hg]
            41653-7 | mg/dl          | 90     | glucose 90 mg/dL
            """)
    void words_for_units_become_ucum_and_others_are_converted(String loinc, String unit, String number, String value) {
        var clinic = Clinic.templates(
                home, Envelope.BODY, jsonPath("t", "$..[?(@v)]", "$.v"), Clinic.fhir("t", "v", loinc, unit));

        assertThat(clinic.makes("{\"v\": " + number + ", \"endDate\": \"2019-02-01T22:46:01Z\"}"))
                .containsExactly("2019-02-01T22:46:01Z " + value);
    }

    @Test
    void what_cannot_be_a_number_and_what_cannot_be_true_is_refused() {
        var clinic = Clinic.templates(
                home, Envelope.BODY, jsonPath("t", "$..[?(@v)]", "$.v"), Clinic.fhir("t", "v", "8867-4", "/min"));

        assertThat(List.of("{}", "\"12 bpm\"", "true", "7000", "\"\"").stream()
                        .map(value -> clinic.makes("{\"v\": " + value + ", \"endDate\": \"2019-02-01T22:46:01Z\"}")
                                .getFirst()))
                .containsExactly(
                        "INVALID_FIELD: t.v must be a number, was a structure",
                        "INVALID_FIELD: t.v must be a decimal number, was '12 bpm'",
                        "INVALID_FIELD: t.v must be a number, was true or false",
                        "INVALID_FIELD: heart-rate must be 0 to 600 /min, was 7000",
                        "MISSING_FIELD: t.v at '$.v' is missing");
        assertThat(clinic.makes("{\"v\": \"NaN\", \"endDate\": \"2019-02-01T22:46:01Z\"}"))
                .containsExactly("2019-02-01T22:46:01Z heart-rate not-a-number");
        assertThat(clinic.makes("{\"v\": 7, \"endDate\": 1549061161}"))
                .singleElement()
                .asString()
                .contains("fromUnixTimestamp");
    }

    @Test
    void a_value_that_is_not_required_may_be_away() {
        String device = jsonPath("t", "$..[?(@id)]", "$.v").replace("\"true\"", "false");
        var clinic = Clinic.templates(home, Envelope.BODY, device, Clinic.fhir("t", "v", "8867-4", "/min"));

        assertThat(clinic.makes("{\"all\": [{\"id\": 1, \"v\": 70, \"endDate\": \"2019-02-01T22:46:01Z\"},"
                        + " {\"id\": 2, \"endDate\": \"2019-02-01T22:46:02Z\"}]}"))
                .containsExactly("2019-02-01T22:46:01Z heart-rate 70 /min");
        assertThat(clinic.makes("{\"id\": 2, \"endDate\": \"2019-02-01T22:46:02Z\"}"))
                .containsExactly("MISSING_FIELD: the message holds none of the values that the mapping names");
    }

    @Test
    void a_type_without_a_fhir_template_is_kept_by_name() {
        var clinic = Clinic.templates(
                home,
                Envelope.BODY,
                jsonPath("glucoze", "$..[?(@v)]", "$.v"),
                Clinic.fhir("glucose", "v", "41653-7", "mg/dL"));

        assertThat(clinic.makes("{\"v\": 7, \"endDate\": \"2019-02-01T22:46:01Z\"}"))
                .containsExactly("UNKNOWN_CODE: the FHIR mapping has no template for the type 'glucoze'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "JsonPathContent"  | "XPathContent"      | template 0, /template/0/templateType must be JsonPathContent, IotJsonPathContent, IotCentralJsonPathContent or CalculatedContent, was 'XPathContent'
            "$..[?(@v)]"       | "$..[?(@v]"         | template 0, /template/0/template/typeMatchExpression must be a JSONPath as Json.NET reads it, was '$..[?(@v]'
            "$.v"              | {"value": "a[", "language": "JmesPath"} | template 0, /template/0/template/values/0/valueExpression/value must be a JMESPath, was 'a['
            "$.v"              | {"value": "a", "language": "SQL"}       | template 0, /template/0/template/values/0/valueExpression/language must be JsonPath or JmesPath, was 'SQL'
            "deviceIdExpression" | "deviceExpression" | template 0, /template/0/template/deviceIdExpression must be there
            "true"             | "yes"               | template 0, /template/0/template/values/0/required must be true or false
            "SampledData"      | "Ratio"             | template 0, /template/0/template/value/valueType must be SampledData, Quantity, CodeableConcept or String, was 'Ratio'
            "CodeValueFhir"    | "CodeFhir"          | template 0, /template/0/templateType must be CodeValueFhir, was 'CodeFhir'
            "CollectionFhir"   | "CollectionContent" | /templateType must be CollectionFhir, was 'CollectionContent'
            """)
    void a_mistake_stops_the_start_with_file_template_place_and_rule(String right, String wrong, String said) {
        String device =
                "{\"templateType\": \"CollectionContent\", \"template\": [" + jsonPath("t", "$..[?(@v)]", "$.v") + "]}";
        String fhir = "{\"templateType\": \"CollectionFhir\", \"template\": [" + Clinic.fhir("t", "v", "8867-4", "/min")
                + "]}";

        assertThatThrownBy(
                        () -> Clinic.of(home, device.replace(right, wrong), fhir.replace(right, wrong), Envelope.BODY))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining(".json: " + said);
    }
}
