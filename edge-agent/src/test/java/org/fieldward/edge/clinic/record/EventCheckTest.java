package org.fieldward.edge.clinic.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fieldward.edge.clinic.record.EventCheck.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCheckTest {

    private static final String HEAD =
            "{'id':'e-1','type':'%s','priority':'high','facility':'ward-3','occurredAt':'2026-03-01T10:15:00+01:00',"
                    + "'patient':{'identifier':{'system':'urn:mrn','value':'77'},"
                    + "'person':{'family':'Doe','given':'Jo','birthDate':'1980-05-01','gender':'female'}},'payload':%s}";
    private static final String ADMISSION = "{'visit':'V-1','bed':'Bed 1','class':'EMER','reason':'fall'}";
    private static final String LAB = "{'accession':'A-1','panel':{'code':'1'},'status':'final','results':["
            + "{'test':{'code':'2823-3','display':'Potassium'},'value':6.80,'unit':'mmol/L','low':3.5,'high':5.1,'interpretation':'HH'},"
            + "{'test':{'system':'urn:x','code':'9'},'text':'turbid'}]}";
    private static final String IMAGING =
            "{'accession':'A-2','studyUid':'2.25.17','modality':'CT','series':1,'instances':40,"
                    + "'report':{'status':'preliminary','conclusion':'no bleeding'}}";
    private static final String ORDER =
            "{'order':'O-1','drug':{'code':'aspirin'},'status':'active','dose':{'value':100,'unit':'mg'},'instruction':'daily'}";

    private static Checked check(String json) {
        return EventCheck.check(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> faults(String json) {
        return check(json) instanceof Checked.Bad bad
                ? bad.faults().stream()
                        .map(fault -> (fault.element() + " " + fault.rule()).strip())
                        .toList()
                : List.of();
    }

    @Test
    void each_kind_of_event_passes_as_the_documentation_writes_it() {
        assertThat(check(HEAD.formatted("patient_admission", ADMISSION)))
                .isEqualTo(new Checked.Good("e-1", "patient_admission"));
        assertThat(check(HEAD.formatted("lab_result", LAB))).isEqualTo(new Checked.Good("e-1", "lab_result"));
        assertThat(check(HEAD.formatted("imaging_complete", IMAGING)))
                .isEqualTo(new Checked.Good("e-1", "imaging_complete"));
        assertThat(check(HEAD.formatted("medication_order", ORDER)))
                .isEqualTo(new Checked.Good("e-1", "medication_order"));
    }

    @Test
    void an_event_without_an_id_is_named_by_its_bytes_as_the_core_names_it() {
        String json = HEAD.formatted("patient_admission", ADMISSION).replace("'id':'e-1',", "");

        assertThat(check(json))
                .isInstanceOfSatisfying(
                        Checked.Good.class, good -> assertThat(good.id()).matches("sha256:[0-9a-f]{64}"));
        assertThat(check(json)).isEqualTo(check(json));
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "'high'           | 'urgent'       | priority must be one of critical, high, low, medium, was 'urgent'",
                "+01:00           | ''             | occurredAt must be a time with its offset, such as 2026-01-31T08:00:00Z, was '2026-03-01T10:15:00'",
                "'e-1'            | 'e 1'          | id must be 1 to 128 of A-Z a-z 0-9 . _ : / @ + -, was 'e 1'",
                "'visit':'V-1',   | ''             | payload.visit must be there",
                "'EMER'           | 'ER'           | payload.class must be one of AMB, EMER, IMP, OBSENC, was 'ER'",
                "'reason'         | 'why'          | payload.why is not known here",
                "'1980-05-01'     | 'May'          | patient.person.birthDate must be a date, such as 1980-05-01, was 'May'",
                "'system':'urn:mrn', | ''          | patient.identifier.system must be there",
            })
    void what_is_wrong_is_told_with_field_rule_and_value(String part, String instead, String told) {
        String json = HEAD.formatted("patient_admission", ADMISSION);
        String replaced = json.replace(part, instead.equals("''") ? "" : instead);

        assertThat(replaced).isNotEqualTo(json);
        assertThat(faults(replaced)).containsExactly(told);
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() {
        assertThat(faults(HEAD.formatted("lab_result", "{'results':[{'value':'high'},{'test':{'code':'1'}}]}")))
                .containsExactly(
                        "payload.results[0].test must be there",
                        "payload.results[0].value must be a number, was 'high'",
                        "payload.results[0].unit must be there",
                        "payload.results[1].value must be there, or text instead of it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "{}",
                "{'type':[]}",
                "{'patient':7,'payload':[1]}",
                "{} {}",
                "{'id':'a','id':'b'}"
            })
    void whatever_else_comes_is_refused_and_breaks_nothing(String json) {
        assertThat(faults(json)).isNotEmpty();
    }

    @Test
    void a_value_that_is_long_is_told_in_part_only() {
        String json = HEAD.formatted("patient_admission", ADMISSION).replace("'EMER'", "'" + "x".repeat(500) + "'");

        assertThat(faults(json).getFirst()).hasSizeLessThan(150).endsWith("…'");
    }
}
