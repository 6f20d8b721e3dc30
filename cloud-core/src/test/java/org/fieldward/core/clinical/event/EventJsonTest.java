package org.fieldward.core.clinical.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.fieldward.core.clinical.event.EventJson.Read;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EventJsonTest {

    private static final String LAB = """
            {'id':'1','type':'lab_result','priority':'low','occurredAt':'2026-03-01T08:00:00+03:00',
             'patient':{'reference':'Patient/p1'},
             'payload':{'results':[{'test':{'code':'2823-3'},'value':4.10,'unit':'mmol/L','low':3.5,'high':5.1}]}}""";
    private static final String ADMISSION = """
            {'type':'patient_admission','priority':'low','occurredAt':'2026-03-01T08:00:00Z',
             'patient':{'identifier':{'system':'urn:mrn','value':'1'},'person':{'family':'Doe'}},
             'payload':{'visit':'v1','bed':'1'}}""";
    private static final String IMAGING = """
            {'type':'imaging_complete','priority':'low','occurredAt':'2026-03-01T08:00:00Z',
             'patient':{'reference':'Patient/p1'},
             'payload':{'accession':'a','studyUid':'1.2.3','modality':'CT','series':1,'instances':2}}""";
    private static final String ORDER = """
            {'type':'medication_order','priority':'low','occurredAt':'2026-03-01T08:00:00Z',
             'patient':{'reference':'Patient/p1'},
             'payload':{'drug':{'code':'x'},'dose':{'value':1,'unit':'mg'},'instruction':'once'}}""";

    private static Read read(String json) {
        return EventJson.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String issues(String json) {
        return switch (read(json)) {
            case Read.Good good -> "";
            case Read.Bad bad -> bad.issues().stream().map(Issue::element).collect(Collectors.joining(" "));
        };
    }

    @ParameterizedTest(name = "{0} with {1} for {2}: {3}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "LAB,       x,                    x,                   ",
                "ADMISSION, x,                    x,                   ",
                "IMAGING,   x,                    x,                   ",
                "ORDER,     x,                    x,                   ",
                "LAB,       `:'low'`,             `:'urgent'`,         priority",
                "LAB,       `'id':'1',`,          `'id':'a b',`,       id",
                "LAB,       2026-03-01T08:00:00+03:00, 2026-03-01T08:00:00, occurredAt",
                "LAB,       lab_result,           lab,                 type",
                "LAB,       Patient/p1,           Practitioner/p1,     patient.reference",
                "LAB,       4.10,                 '4.10',              payload.results[0].value",
                "LAB,       `'unit':'mmol/L',`,   ``,                  payload.results[0].unit",
                "LAB,       `'value':4.10,`,      ``,                  payload.results[0].value",
                "LAB,       5.1,                  3.1,                 payload.results[0].low",
                "LAB,       `'code':'2823-3'`,    `'display':'K'`,     payload.results[0].test.code",
                "LAB,       `'low':3.5`,          `'lowest':3.5`,      payload.results[0]",
                "ADMISSION, `'visit':'v1',`,      ``,                  payload.visit",
                "ADMISSION, `'identifier':{'system':'urn:mrn','value':'1'},`, `'reference':'Patient/p1',`, patient.person",
                "IMAGING,   1.2.3,                1.02.3,              payload.studyUid",
                "IMAGING,   'CT',                 'XX',                payload.modality",
                "IMAGING,   `'series':1,`,        `'series':0,`,       payload.series",
                "ORDER,     `'value':1`,          `'value':0`,         payload.dose.value",
                "ORDER,     `,'instruction':'once'`, ``,               payload.instruction"
            })
    void what_is_wrong_is_named_by_its_place(String event, String part, String instead, String expected) {
        String json = switch (event) {
            case "LAB" -> LAB;
            case "ADMISSION" -> ADMISSION;
            case "IMAGING" -> IMAGING;
            default -> ORDER;
        };

        String changed = part.equals("x") ? json : json.replace(part, instead == null ? "" : instead);
        assertThat(part.equals("x") || !changed.equals(json)).isTrue();
        assertThat(issues(changed)).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void a_source_learns_of_everything_that_is_wrong_at_once() {
        assertThat(issues(LAB.replace(":'low'", ":'no'")
                        .replace("'unit':'mmol/L',", "")
                        .replace("Patient/p1", "p1")))
                .isEqualTo("priority patient.reference payload.results[0].unit");
    }

    @Test
    void what_is_no_event_at_all_is_said_with_its_place() {
        assertThat(((Read.Bad) read("{\"id\":\n nonsense}")).issues().getFirst().rule())
                .startsWith("must be JSON: see line 2");
        assertThat(read("{'id':'1','id':'2'}")).isInstanceOf(Read.Bad.class);
        assertThat(read("[".repeat(3_000))).isInstanceOf(Read.Bad.class);
    }

    @Test
    void a_number_keeps_its_digits() {
        var payload = (Event.Payload.Lab) ((Read.Good) read(LAB)).event().payload();

        assertThat(payload.results().getFirst().quantity().orElseThrow().value().toPlainString())
                .isEqualTo("4.10");
    }
}
