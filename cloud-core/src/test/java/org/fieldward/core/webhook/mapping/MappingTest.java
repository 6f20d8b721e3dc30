package org.fieldward.core.webhook.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.fieldward.core.webhook.fhir.Strict;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.Movement;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.wording.Origin;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingTest {

    private static final String MAPPING = """
            {"controlId": {"$path": "$.id"},
             "resources": [
              {"name": "patient", "resource": {"resourceType": "Patient",
                 "identifier": [{"system": "urn:m", "value": {"$path": "$.mrn", "required": true}}],
                 "name": [{"family": {"$path": "$.name.last"}, "given": [{"$path": "$.name.first"}]}],
                 "gender": {"$path": "$.sex", "map": {"M": "male", "F": "female"}, "else": "unknown"}}},
              {"each": "$.vitals[*]", "when": "@.value", "resource": {"resourceType": "Observation", "status": "final",
                 "identifier": [{"system": "urn:v", "value": {"$text": "{$.id}/{@.code}"}}],
                 "code": {"coding": [{"system": "http://loinc.org", "code": {"$path": "@.code"}}]},
                 "subject": {"$reference": "patient"},
                 "effectiveDateTime": {"$path": "@.at", "as": "dateTime"},
                 "note": {"$each": "@.notes[*]", "item": {"text": {"$path": "@"}}},
                 "valueQuantity": {"value": {"$path": "@.value", "as": "number"}}}}],
             "movement": {"kind": {"$path": "$.event", "map": {"ADM": "admit"}}, "patient": "patient",
               "bed": {"$path": "$.bed"}, "at": {"$path": "$.time", "as": "instant"}}}
            """;

    private static Matter apply(String mapping, String message) {
        return Mapping.of(mapping.getBytes(StandardCharsets.UTF_8))
                .apply(
                        Strict.json(message.getBytes(StandardCharsets.UTF_8)),
                        new Origin("app", "ward-3", ZoneId.of("Africa/Nairobi"), Map.of(), Instant.EPOCH));
    }

    @Test
    void a_message_becomes_what_the_mapping_says() {
        Matter matter = apply(MAPPING, """
                {"id": "m1", "mrn": "47", "sex": "F", "name": {"first": "Jo", "last": "Doe"}, "event": "ADM", "bed": "7",
                 "time": "2026-01-02T03:04:05Z", "vitals": [
                   {"code": "8867-4", "value": "71.50", "at": "2026-01-02 10:00", "notes": ["a", "b"]},
                   {"code": "empty"}]}""");

        assertThat(matter.controlId()).contains("m1");
        assertThat(matter.drafts()).hasSize(2);
        Patient patient = (Patient) matter.drafts().get(0).resource();
        assertThat(patient.getGender().toCode()).isEqualTo("female");
        assertThat(patient.getNameFirstRep().getNameAsSingleString()).isEqualTo("Jo Doe");
        Observation observation = (Observation) matter.drafts().get(1).resource();
        assertThat(observation.getIdentifierFirstRep().getValue()).isEqualTo("m1/8867-4");
        assertThat(observation.getValueQuantity().getValue().toPlainString()).isEqualTo("71.50");
        assertThat(observation.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-01-02T10:00:00+03:00");
        assertThat(observation.getNote()).hasSize(2);
        assertThat(matter.drafts().get(0).names())
                .contains(observation.getSubject().getReference());
        assertThat(matter.movements()).singleElement().satisfies(movement -> {
            assertThat(movement.kind()).isEqualTo(Movement.Kind.ADMIT);
            assertThat(movement.beds()).containsExactly("7");
            assertThat(movement.at()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        });
    }

    @Test
    void what_finds_nothing_is_left_out() {
        Patient patient = (Patient)
                apply(MAPPING, "{\"mrn\": \"47\"}").drafts().getFirst().resource();

        assertThat(patient.hasName()).isFalse();
        assertThat(patient.getGender().toCode()).isEqualTo("unknown");
    }

    @Test
    void what_must_be_there_is_named_where_it_is_not() {
        assertThatThrownBy(() -> apply(MAPPING, "{}"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("$.mrn must be there");
    }

    @Test
    void a_value_of_another_form_is_refused_without_being_quoted() {
        assertThatThrownBy(() ->
                        apply(MAPPING, "{\"mrn\": \"1\", \"vitals\": [{\"code\": \"x\", \"value\": \"secret\"}]}"))
                .hasMessage("@.value must be a number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"resources\": []}|$.resources must be a list of at least one",
                "{\"resources\": [{\"resource\": {\"resourceType\": \"Patent\"}}]}|$.resources[0].resource.resourceType must be a type of FHIR R4",
                "{\"resources\": [{\"resource\": {\"resourceType\": \"Patient\", \"nam\": []}}]}|$.resources[0].resource.nam must be an element of Patient",
                "{\"resources\": [{\"resource\": {\"resourceType\": \"Patient\", \"gender\": {\"$path\": \"mrn\"}}}]}|$.resources[0].resource.gender.$path must be a JSONPath that begins with $ or @, without functions",
                "{\"resources\": [{\"resource\": {\"resourceType\": \"Patient\", \"gender\": {\"$path\": \"$.a\", \"as\": \"int\"}}}]}|$.resources[0].resource.gender.as must be one of string, number, boolean, date, dateTime, instant",
                "{\"resources\": [{\"resource\": {\"resourceType\": \"Observation\", \"subject\": {\"$reference\": \"who\"}}}]}|$.resources[0].resource.subject.$reference must be the name of one of the resources",
                "{\"rules\": 1, \"resources\": [{\"resource\": {\"resourceType\": \"Patient\"}}]}|$.rules is no key here, the keys are controlId, kind, mapping, movement, resources"
            })
    void a_wrong_mapping_is_told_where_it_is_wrong(String mapping, String fault) {
        assertThatThrownBy(() -> Mapping.of(mapping.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        MappingException.class, e -> assertThat(e.faults()).isEqualTo(List.of(fault)));
    }
}
