package org.fieldward.core.chart.search;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.fhirpath.IFhirPath;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** The small reader of paths gives what the whole of FHIRPath gives. */
final class PathTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    /** Whatever is unusual in the paths of R4's parameters: choices, elements by a code, lists within lists. */
    private static final List<String> RESOURCES = List.of(
            """
            {"resourceType": "Patient", "active": true, "birthDate": "1980", "deceasedDateTime": "2020",
             "meta": {"source": "urn:x", "profile": ["urn:p", "urn:q"], "tag": [{"code": "a"}, {"code": "b"}]},
             "name": [{"family": "A", "given": ["B", "C"]}, {"family": "D"}],
             "telecom": [{"system": "phone", "value": "1"}, {"system": "email", "value": "2"}, {"value": "3"}],
             "address": [{"city": "X", "use": "home"}], "communication": [{"language": {"coding": [{"code": "de"}]}}],
             "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}]}""",
            """
            {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueQuantity": {"value": 1},
             "component": [{"code": {"text": "y"}, "valueCodeableConcept": {"text": "z"}},
                 {"code": {"text": "y"}, "valueQuantity": {"value": 2}}, {"code": {"text": "y"}, "valueString": "s"}],
             "effectivePeriod": {"start": "2020"}}""",
            """
            {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "effectiveInstant": "2020-01-01T00:00:00Z",
             "valueCodeableConcept": {"text": "told", "coding": [{"code": "1"}]}}""",
            "{\"resourceType\": \"Observation\", \"status\": \"final\", \"code\": {\"text\": \"x\"}, \"valueString\": \"s\"}",
            "{\"resourceType\": \"Observation\", \"status\": \"final\", \"code\": {\"text\": \"x\"}, \"valueDateTime\": \"2020\"}",
            "{\"resourceType\": \"Condition\", \"onsetAge\": {\"value\": 3}, \"abatementString\": \"long ago\"}",
            "{\"resourceType\": \"Condition\", \"onsetRange\": {\"low\": {\"value\": 3}}, \"abatementDateTime\": \"2020\"}",
            "{\"resourceType\": \"Condition\", \"onsetPeriod\": {\"start\": \"2020\"}, \"evidence\": [{\"code\": [{\"text\": \"e\"}]}]}",
            "{\"resourceType\": \"MedicationRequest\", \"medicationReference\": {\"reference\": \"Medication/1\"}}",
            "{\"resourceType\": \"MedicationRequest\", \"medicationCodeableConcept\": {\"coding\": [{\"code\": \"1\"}]}}",
            """
            {"resourceType": "Medication", "ingredient": [{"itemCodeableConcept": {"text": "a"}},
                {"itemReference": {"reference": "Medication/2"}}]}""",
            """
            {"resourceType": "Group", "type": "person", "actual": true, "characteristic": [
                {"code": {"text": "a"}, "valueBoolean": true, "exclude": false},
                {"code": {"text": "b"}, "valueCodeableConcept": {"text": "c"}, "exclude": true}]}""",
            "{\"resourceType\": \"Provenance\", \"occurredDateTime\": \"2020\", \"recorded\": \"2020-01-01T00:00:00Z\"}",
            """
            {"resourceType": "Practitioner", "telecom": [{"system": "phone", "value": "1"}, {"system": "email", "value": "2"}],
             "address": [{"use": "home", "state": "S"}]}""",
            """
            {"resourceType": "ImagingStudy", "status": "available", "subject": {"reference": "Patient/1"}, "series": [
                {"modality": {"code": "CT"}, "instance": [{"uid": "1", "sopClass": {"code": "x"}}, {"uid": "2"}]},
                {"modality": {"code": "MR"}, "instance": [{"uid": "3"}]}]}""",
            """
            {"resourceType": "Encounter", "status": "planned", "class": {"code": "IMP"}, "length": {"value": 3},
             "participant": [{"type": [{"text": "t"}], "individual": {"reference": "Practitioner/1"}}],
             "location": [{"location": {"reference": "Location/1"}, "period": {"start": "2020"}}]}""");

    @Test
    void every_path_finds_the_same_in_the_same_order() {
        IFhirPath whole = CONTEXT.newFhirPath();
        Map<String, Integer> compared = new TreeMap<>();
        for (String json : RESOURCES) {
            var resource = (Resource) CONTEXT.newJsonParser().parseResource(json);
            for (RuntimeSearchParam definition :
                    CONTEXT.getResourceDefinition(resource.fhirType()).getSearchParams()) {
                for (String path : definition.getPath().split(" \\| ", -1)) {
                    // What a reference leads to is asked of a server; here it is read off the reference.
                    if (path.contains("resolve()") || path.contains("!=")) {
                        continue;
                    }
                    List<Base> found = Path.of(path).orElseThrow().in(resource);
                    List<IBase> expected = whole.evaluate(resource, path, IBase.class);

                    assertThat(found).as("%s in %s", path, json).hasSameSizeAs(expected);
                    for (int i = 0; i < found.size(); i++) {
                        assertThat(found.get(i).equalsDeep((Base) expected.get(i)))
                                .as(path)
                                .isTrue();
                    }
                    compared.merge(path, found.size(), Integer::sum);
                }
            }
        }
        assertThat(compared.values().stream().filter(size -> size > 0))
                .as("paths that led somewhere")
                .hasSizeGreaterThan(60);
    }
}
