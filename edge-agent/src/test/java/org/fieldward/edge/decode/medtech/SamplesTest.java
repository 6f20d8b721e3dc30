package org.fieldward.edge.decode.medtech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service's own sample files, unchanged. */
class SamplesTest {

    private static final Path SAMPLES =
            Path.of(System.getProperty("fieldward.shared", "../../shared"), "data", "mappings");

    @BeforeEach
    void there() {
        assumeThat(SAMPLES).as("the sample files").isDirectory();
    }

    private static Clinic samples(String device, String fhir, Envelope envelope) {
        return Clinic.of(SAMPLES.resolve(device), SAMPLES.resolve(fhir), envelope);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'heartrate': 78}                          | 2019-02-01T22:46:01.875Z heart-rate 78 /min
            {'heartrate': '78.50'}                     | 2019-02-01T22:46:01.875Z heart-rate 78.50 /min
            {'systolic': 123, 'diastolic': 87}         | 2019-02-01T22:46:01.875Z systolic 123 mm[Hg] + INVALID_FIELD: diastolic has the code 8867-4 of heart-rate, and its display says 'Diastolic blood pressure'
            {'steps': 12}                              | UNKNOWN_CODE: the catalogue has no parameter for steps, code 55423-8
            {'heartrate': 78, 'steps': 2}              | 2019-02-01T22:46:01.875Z heart-rate 78 /min + UNKNOWN_CODE: the catalogue has no parameter for steps, code 55423-8
            {'deviceWorn': true}                       | INVALID_FIELD: deviceWorn is a CodeableConcept, and a reading holds numbers
            {'weather': 'fair'}                        | MISSING_FIELD: no template of the device mapping matches the message
            {'systolic': 123}                          | MISSING_FIELD: no template of the device mapping matches the message
            {'heartrate': null}                        | MISSING_FIELD: heartrate.hr at '$.heartrate' is missing
            """)
    void the_basic_pair_runs_as_it_is(String payload, String expected) {
        String sent = payload.replace('\'', '"')
                .replace(
                        "}",
                        ", \"deviceid\": \"device123\", \"patientid\": \"p\","
                                + " \"measurementdatetime\": \"2019-02-01T22:46:01.8750000Z\"}");
        assertThat(String.join(
                        " + ",
                        samples("basic-devicecontent.json", "basic-fhirmapping.json", Envelope.BODY)
                                .makes(sent)))
                .isEqualTo(expected);
    }

    /** The export of IoT Central, as the documents of the service show it. */
    @Test
    void the_sandbox_pair_runs_as_it_is() {
        var clinic = samples("sandbox-devicecontent.json", "sandbox-fhirmapping.json", Envelope.BODY);

        assertThat(clinic.makes("""
                        {"applicationId": "1", "messageSource": "telemetry", "deviceId": "device123",
                         "enqueuedTime": "2020-08-05T22:26:55.455Z",
                         "telemetry": {"Activity": "running", "BloodPressure": {"Diastolic": 7, "Systolic": 71},
                           "BodyTemperature": 98.73447010562934, "HeartRate": 88, "HeartRateVariability": 17,
                           "RespiratoryRate": 13}}"""))
                .hasSize(2)
                .first()
                .isEqualTo("2020-08-05T22:26:55.455Z heart-rate 88 /min, respiratory-rate 13 /min, systolic 71 mm[Hg]");
        assertThat(clinic.makes("{\"deviceId\": \"device123\", \"enqueuedTime\": \"2020-08-05T22:26:55.455Z\","
                        + " \"telemetry\": {\"BodyTemperature\": 98.7}}"))
                .containsExactly("WRONG_UNIT: temp must have a unit, because temperature may come in Cel or [degF]");
    }

    @Test
    void a_device_of_iot_central_may_come_straight_to_the_gateway() {
        var clinic = samples("sandbox-devicecontent.json", "sandbox-fhirmapping.json", Envelope.TELEMETRY);

        assertThat(clinic.makes("{\"HeartRate\": 88, \"RespiratoryRate\": 13}"))
                .containsExactly("on arrival heart-rate 88 /min, respiratory-rate 13 /min");
    }

    @Test
    void the_calculated_samples_give_the_documented_values() throws IOException {
        var fhir = SAMPLES.resolve("basic-fhirmapping.json");

        assertThat(Clinic.of(SAMPLES.resolve("calculated-HeartRate-Template.json"), fhir, Envelope.MESSAGE)
                        .makes(Files.readString(SAMPLES.resolve("calculated-HeartRate-Payload.json"))))
                .containsExactly("2019-02-01T22:46:01.875Z heart-rate 78 /min");
        assertThat(Clinic.of(SAMPLES.resolve("calculated-BloodPressure-Template.json"), fhir, Envelope.MESSAGE)
                        .makes(Files.readString(SAMPLES.resolve("calculated-BloodPressure-Payload.json"))))
                .hasSize(2)
                .first()
                .isEqualTo("2019-02-01T22:46:01.875Z systolic 123 mm[Hg]");
    }

    @Test
    void what_the_samples_get_wrong_is_said_at_the_start() {
        assertThat(samples("basic-devicecontent.json", "basic-fhirmapping.json", Envelope.BODY)
                        .mapping()
                        .unusable())
                .anyMatch(line ->
                        line.startsWith("template 3, /template/3/template/components/0/value: diastolic has the code"))
                .hasSize(5);
    }
}
