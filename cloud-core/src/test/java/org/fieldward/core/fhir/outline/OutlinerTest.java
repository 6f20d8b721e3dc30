package org.fieldward.core.fhir.outline;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.fhir.ProfileCheck.Severity;
import org.junit.jupiter.api.Test;

final class OutlinerTest {

    private static final int MUTANTS = Integer.getInteger("fieldward.outline.mutants", 120);
    private static final long SEED = Long.getLong("fieldward.outline.seed", 20261122);

    private static final JsonMapper JSON = new JsonMapper();
    private static final Outliner OUTLINER = new Outliner(FhirContext.forR4Cached());

    private static Optional<Outline> outline(String json) {
        return OUTLINER.of(json.replace('\'', '"'));
    }

    private static final String RESULT = """
            {'resourceType':'Observation','id':'%s','identifier':[{'system':'urn:oid:2.999.1','value':'%s'}],'status':'final',
            'code':{'coding':[{'system':'http://loinc.org','code':'2823-3'}],'text':'%s'},'subject':{'reference':'%s'},
            'effectiveDateTime':'%s','valueQuantity':{'value':%s,'unit':'mmol/L'}}""";

    @Test
    void results_that_differ_in_patient_time_and_number_have_one_outline() {
        String one = RESULT.formatted("a", "r-1", "Kalium", "Patient/17", "2026-03-01T10:00:00Z", "4.1");
        String other = RESULT.formatted("b", "x 2", "potassium", "Patient/p-2", "2026-12-31T23:59:59+01:00", "135.25");

        assertThat(outline(one)).isPresent().isEqualTo(outline(other));
    }

    @Test
    void what_a_rule_could_tell_apart_has_another_outline() {
        String usual = RESULT.formatted("a", "r-1", "Kalium", "Patient/17", "2026-03-01T10:00:00Z", "4.1");

        for (String other : List.of(
                usual.replace("2823-3", "2823-4"),
                usual.replace("final", "amended"),
                usual.replace("Patient/17", "Group/17"),
                usual.replace("Patient/17", "Patient/17/_history/2"),
                usual.replace("Patient/17", "#a"),
                usual.replace("2026-03-01T10:00:00Z", "2026-03-01"),
                usual.replace("2026-03-01T10:00:00Z", "2026-03"),
                usual.replace("mmol/L", "mg/dL"),
                usual.replace("4.1", "-4.1"),
                usual.replace("4.1", "0"),
                usual.replace("4.1", "4"),
                usual.replace("'Kalium'", "'Kalium '"),
                usual.replace("urn:oid:2.999.1", "urn:ietf:rfc:3986"))) {
            assertThat(outline(other)).as(other).isNotEqualTo(outline(usual));
        }
    }

    @Test
    void the_ends_of_a_period_are_compared() {
        String stay = "{'resourceType':'Encounter','status':'finished','class':{'code':'IMP'},"
                + "'period':{'start':'%s','end':'%s'}}";

        assertThat(outline(stay.formatted("2026-03-01", "2026-03-02")))
                .isPresent()
                .isEqualTo(outline(stay.formatted("2025-01-01", "2026-03-02")))
                .isNotEqualTo(outline(stay.formatted("2026-03-03", "2026-03-02")));
        assertThat(outline(stay.formatted("2026-03-02", "2026-03-02T10:00:00Z")))
                .as("which is later depends on a zone")
                .isEmpty();
    }

    @Test
    void what_is_unusual_is_left_to_the_validator() {
        for (String odd : List.of(
                "{'resourceType':'Bundle','type':'batch'}",
                "{'resourceType':'Patient','name':[]}",
                "{'resourceType':'Patient','name':[null]}",
                "{'resourceType':'Patient','nickname':'x'}",
                "{'resourceType':'Patient','id':'a b'}",
                "{'resourceType':'Patient','birthDate':'1970-02-30'}",
                "{'resourceType':'Patient','birthDate':'0070-02-03'}",
                "{'resourceType':'Patient','_birthDate':{'extension':[{'url':'u:x','valueString':'x'}]}}",
                "{'resourceType':'Patient','photo':[{'contentType':'image/png','data':'AAAA'}]}",
                "{'resourceType':'Observation','valueQuantity':{'value':1e400}}",
                "not json")) {
            assertThat(outline(odd)).as(odd).isEmpty();
        }
    }

    /** Valid resources with much in them. */
    private static final List<String> SOURCES = List.of(
            "{'resourceType':'Patient','id':'p','meta':{'tag':[{'system':'http://t.example','code':'x'}]},"
                    + "'text':{'status':'generated','div':'<div xmlns=\\\\'http://www.w3.org/1999/xhtml\\\\'><p>Ann &amp; Bo</p></div>'},"
                    + "'identifier':[{'use':'usual','system':'urn:mrn','value':'17','period':{'start':'2020-01-01','end':'2021-01-01'}}],"
                    + "'active':true,'name':[{'family':'Doe','given':['Ann','Bo']}],'telecom':[{'system':'phone','value':'1'}],"
                    + "'gender':'female','birthDate':'1970-01-31','address':[{'line':['x'],'city':'y'}],"
                    + "'contact':[{'name':{'family':'Z'},'gender':'male'}],'link':[{'other':{'reference':'Patient/q'},'type':'seealso'}]}",
            "{'resourceType':'Observation','status':'final','category':[{'coding':[{'system':"
                    + "'http://terminology.hl7.org/CodeSystem/observation-category','code':'vital-signs'}]}],"
                    + "'code':{'coding':[{'system':'http://loinc.org','code':'8867-4'}]},'subject':{'reference':'Patient/p'},"
                    + "'effectiveDateTime':'2026-03-01T10:00:00Z','valueQuantity':{'value':72,'unit':'/min',"
                    + "'system':'http://unitsofmeasure.org','code':'/min'},'referenceRange':[{'low':{'value':50,'unit':'/min'},"
                    + "'high':{'value':100,'unit':'/min'}}]}",
            "{'resourceType':'Observation','contained':[{'resourceType':'Specimen','id':'s','type':{'text':'blood'}}],"
                    + "'status':'final','code':{'text':'x'},'specimen':{'reference':'#s'},'component':[{'code':{'text':'y'},"
                    + "'valueString':'z'}],'note':[{'text':'all well'}],'valuePeriod':{'start':'2026-01-01T00:00:00Z','end':'2026-01-02T00:00:00Z'}}",
            "{'resourceType':'Encounter','status':'in-progress','class':{'system':'http://terminology.hl7.org/CodeSystem/v3-ActCode',"
                    + "'code':'IMP','display':'inpatient encounter'},'subject':{'reference':'Patient/p'},'period':{'start':'2026-03-01T10:00:00Z'},"
                    + "'location':[{'location':{'reference':'Location/l','display':'bed'},'status':'active'}],'length':{'value':2,"
                    + "'unit':'h','system':'http://unitsofmeasure.org','code':'h'}}",
            "{'resourceType':'MedicationRequest','status':'active','intent':'order','medicationCodeableConcept':{'text':'x'},"
                    + "'subject':{'reference':'Patient/p'},'dosageInstruction':[{'text':'twice','timing':{'repeat':{'frequency':2,"
                    + "'period':1,'periodUnit':'d','boundsRange':{'low':{'value':1,'unit':'d'},'high':{'value':2,'unit':'d'}}}},"
                    + "'doseAndRate':[{'doseQuantity':{'value':1.5,'unit':'mg'}}]}]}",
            "{'resourceType':'Condition','clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/condition-clinical',"
                    + "'code':'active'}]},'code':{'text':'x'},'subject':{'reference':'Patient/p'},'onsetAge':{'value':40,'unit':'a',"
                    + "'system':'http://unitsofmeasure.org','code':'a'}}",
            "{'resourceType':'Task','status':'requested','intent':'order','authoredOn':'2026-01-01T00:00:00Z',"
                    + "'lastModified':'2026-01-02T00:00:00Z','input':[{'type':{'text':'x'},'valueInteger':3}]}",
            "{'resourceType':'Appointment','status':'proposed','created':'2026-01-01','minutesDuration':15,"
                    + "'participant':[{'actor':{'reference':'Patient/p'},'status':'needs-action'}]}");

    private static final List<String> VALUES = List.of(
            "",
            " ",
            "x",
            "final",
            "female",
            "17",
            "2026",
            "2026-02-30",
            "2019-12-31",
            "2026-03-01T10:00:00",
            "2027-03-01T10:00:00Z",
            "Patient/q",
            "Group/1",
            "#s",
            "urn:oid:2.999",
            "urn:uuid:x",
            "http://a.example/x y",
            "urn:ietf:rfc:3986",
            "mg",
            "<b>x</b>",
            "tab\tthere",
            "8480-6",
            "http://unitsofmeasure.org");

    /** Changes one thing. */
    private static void mutate(JsonNode root, Random random) {
        var places = new ArrayList<ObjectNode>();
        gather(root, places);
        ObjectNode object = places.get(random.nextInt(places.size()));
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty()) {
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        if (name.equals("resourceType")) {
            return;
        }
        JsonNode value = object.get(name);
        switch (random.nextInt(6)) {
            case 0 -> object.remove(name);
            case 1 -> {
                if (value instanceof ArrayNode array) {
                    array.add(array.get(0).deepCopy());
                } else {
                    object.set("note", value.deepCopy());
                }
            }
            case 2 -> {
                if (value.isNumber()) {
                    object.put(name, random.nextInt(5) - 2);
                } else {
                    object.put(name, VALUES.get(random.nextInt(VALUES.size())));
                }
            }
            case 3 -> {
                ObjectNode other = places.get(random.nextInt(places.size()));
                other.set(name, value.deepCopy());
            }
            default -> {
                if (value instanceof TextNode) {
                    object.put(name, VALUES.get(random.nextInt(VALUES.size())));
                } else if (value.isNumber()) {
                    object.put(name, random.nextInt(200) - 20 + random.nextInt(10) / 10.0);
                } else {
                    object.remove(name);
                }
            }
        }
    }

    private static boolean isValid(String json) {
        try {
            return ProfileCheck.shared().check(json, Optional.empty()).stream()
                    .noneMatch(issue -> issue.severity() == Severity.ERROR);
        } catch (IndexOutOfBoundsException onAnEmptyAddress) {
            return false;
        }
    }

    private static void gather(JsonNode node, List<ObjectNode> places) {
        if (node instanceof ObjectNode object) {
            places.add(object);
        }
        node.forEach(child -> gather(child, places));
    }

    @Test
    void two_of_one_outline_are_both_valid_or_both_not() throws JsonProcessingException {
        var random = new Random(SEED);
        Map<Outline, String> verdicts = new HashMap<>();
        var disagreeing = new ArrayList<String>();
        int shared = 0;
        for (int i = 0; i < MUTANTS; i++) {
            String source = SOURCES.get(i % SOURCES.size());
            JsonNode tree = JSON.readTree(source.replace("\\\\'", "\\\"").replace('\'', '"'));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                mutate(tree, random);
            }
            String json = tree.toString();
            Optional<Outline> outline = OUTLINER.of(json);
            if (outline.isEmpty()) {
                continue;
            }
            boolean valid = isValid(json);
            String before = verdicts.putIfAbsent(outline.get(), valid + json);
            if (before != null) {
                shared++;
                if (!before.startsWith(Boolean.toString(valid))) {
                    disagreeing.add(before + "\n" + valid + json);
                }
            }
        }
        assertThat(disagreeing).as("seed " + SEED).isEmpty();
        assertThat(shared).as("pairs compared").isGreaterThan(MUTANTS / 20);
    }
}
