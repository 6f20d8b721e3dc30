package org.fieldward.core.webhook.translation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fieldward.core.webhook.filing.Matter;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Dosage;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Slot;
import org.hl7.fhir.r4.model.Specimen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What orders, results, documents and appointments say, read from the samples by hand. */
class OrderMessageTest {

    @Test
    void each_panel_of_a_result_is_a_report_with_its_observations() {
        Matter matter = Samples.sample("LAB-ORU-1");
        List<DiagnosticReport> reports = Samples.all(matter, DiagnosticReport.class);

        assertThat(reports).hasSize(2);
        assertThat(reports.get(0).getCode().getCodingFirstRep().getCode()).isEqualTo("24317-0");
        assertThat(reports.get(0).getStatus().toCode()).isEqualTo("final");
        assertThat(reports.get(0).getResult()).hasSize(5);
        assertThat(reports.get(1).getResult()).hasSize(5);
        assertThat(reports.get(0).getIdentifier())
                .extracting(id -> id.getValue())
                .contains("88502218", "82503246");
        assertThat(Samples.all(matter, Specimen.class)).hasSize(2);
        assertThat(Samples.all(matter, ServiceRequest.class)).hasSize(2);
    }

    @Test
    void observations_carry_value_unit_flag_status_and_time() {
        List<Observation> observations = Samples.all(Samples.sample("LAB-ORU-1"), Observation.class);
        Observation pending = observations.get(0);
        Observation erythrocytes = observations.get(1);

        assertThat(pending.getStatus().toCode()).isEqualTo("registered");
        assertThat(pending.hasValue()).isFalse();
        assertThat(erythrocytes.getStatus().toCode()).isEqualTo("preliminary");
        assertThat(erythrocytes.getValueQuantity().getValue().toPlainString()).isEqualTo("4.06");
        assertThat(erythrocytes.getValueQuantity().getUnit()).isEqualTo("tera.l-1");
        assertThat(erythrocytes.getValueQuantity().getCode()).isEqualTo("10*12/L");
        assertThat(erythrocytes.getInterpretationFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("N");
        assertThat(erythrocytes.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2014-10-06T06:27:00+07:00");
        assertThat(observations.get(4).getStatus().toCode()).isEqualTo("final");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "NM|x||5.30|mmol/L;Quantity;5.30",
                "NM|x||+5|%;Quantity;5",
                "NM|x||pos;StringType;pos",
                "SN|x||>^100|mg/dL;Quantity;100",
                "SN|x||^1^:^128;Ratio;",
                "SN|x||^10^-^20|mg;Range;",
                "ST|x||some text;StringType;some text",
                "TX|x||line one~line two;StringType;'line one\nline two'",
                "FT|x||a\\.br\\b;StringType;'a\nb'",
                "CE|x||27268008^Salmonella^SCT;CodeableConcept;",
                "CWE|x||27268008^Salmonella^SCT;CodeableConcept;",
                "DT|x||20260102;DateTimeType;2026-01-02",
                "TS|x||202601021530+0100;DateTimeType;2026-01-02T15:30:00+01:00",
                "TM|x||0930;TimeType;09:30:00",
                "NR|x||1^5|mg;Range;",
                "DR|x||20260101^20260103;Period;",
                "XPN|x||Doe^Jane;StringType;Doe Jane"
            })
    void a_value_is_what_its_type_says(String obx, String type, String text) {
        Matter matter = Samples.said(
                "MSH|^~\\&|L|H|||20260101||ORU^R01|1|P|2.5",
                "PID|||7^^^X^MR",
                "OBR|1|P1|F1|1^A^LN|||20260101",
                "OBX|1|" + obx);
        Observation observation = Samples.only(matter, Observation.class);

        assertThat(observation.getValue().getClass().getSimpleName()).isEqualTo(type);
        if (text != null) {
            String said = observation.getValue().isPrimitive()
                    ? observation.getValue().primitiveValue()
                    : observation.getValueQuantity().getValue().toPlainString();
            assertThat(said).isEqualTo(text);
        }
    }

    @Test
    void a_comparator_is_kept() {
        Matter matter = Samples.said(
                "MSH|^~\\&|L|H|||20260101||ORU^R01|1|P|2.5",
                "PID|||7^^^X^MR",
                "OBR|1|P1|F1|1^A^LN",
                "OBX|1|SN|x||<=^0.5|mg/dL|<1.0");
        Observation observation = Samples.only(matter, Observation.class);

        assertThat(observation.getValueQuantity().getComparator().toCode()).isEqualTo("<=");
        assertThat(observation.getReferenceRangeFirstRep().getHigh().getValue().toPlainString())
                .isEqualTo("1.0");
        assertThat(observation.getReferenceRangeFirstRep().hasLow()).isFalse();
    }

    @Test
    void an_encapsulated_document_is_the_reports_own_form() {
        Matter matter = Samples.said(
                "MSH|^~\\&|L|H|||20260101||ORU^R01|1|P|2.5",
                "PID|||7^^^X^MR",
                "OBR|1|P1|F1|1^A^LN",
                "OBX|1|ED|pdf^Report||^application^pdf^Base64^aGVsbG8=||||||F");
        DiagnosticReport report = Samples.only(matter, DiagnosticReport.class);

        assertThat(report.getPresentedFormFirstRep().getContentType()).isEqualTo("application/pdf");
        assertThat(report.getPresentedFormFirstRep().getData()).asString().isEqualTo("hello");
        assertThat(Samples.all(matter, Observation.class)).isEmpty();
    }

    @Test
    void a_corrected_result_is_the_same_observation() {
        String[] first = {
            "MSH|^~\\&|L|H|||20260101||ORU^R01|1|P|2.5",
            "PID|||7^^^X^MR",
            "OBR|1|P1|F1|1^A^LN||||||||||||||||||||||P",
            "OBX|1|NM|2^B^LN||5|mg|||||P"
        };
        String[] second = {
            "MSH|^~\\&|L|H|||20260102||ORU^R01|2|P|2.5",
            "PID|||7^^^X^MR",
            "OBR|1|P1|F1|1^A^LN||||||||||||||||||||||C",
            "OBX|1|NM|2^B^LN||6|mg|||||C"
        };

        Observation preliminary = Samples.only(Samples.said(first), Observation.class);
        Observation corrected = Samples.only(Samples.said(second), Observation.class);

        assertThat(corrected.getIdentifierFirstRep().getValue())
                .isEqualTo(preliminary.getIdentifierFirstRep().getValue());
        assertThat(corrected.getStatus().toCode()).isEqualTo("corrected");
    }

    @Test
    void a_result_answers_the_order_that_only_the_placer_had_numbered() {
        Matter order = Samples.said(
                "MSH|^~\\&|L|H|||20260101||ORM^O01|1|P|2.5", "PID|||7^^^X^MR", "ORC|NW|P1^EHR", "OBR|1|P1^EHR||1^A^LN");
        Matter result = Samples.said(
                "MSH|^~\\&|L|H|||20260101||ORU^R01|1|P|2.5", "PID|||7^^^X^MR", "OBR|1|P1^EHR|F9^LAB|1^A^LN");

        assertThat(result.drafts().stream()
                        .filter(draft -> draft.resource() instanceof ServiceRequest)
                        .flatMap(draft -> draft.identity().identifiers().stream())
                        .map(id -> id.getValue()))
                .contains(Samples.only(order, ServiceRequest.class)
                        .getIdentifier()
                        .getLast()
                        .getValue());
    }

    @Test
    void each_order_of_a_message_is_a_request() {
        List<ServiceRequest> requests = Samples.all(Samples.sample("ORM-O01-03"), ServiceRequest.class);

        assertThat(requests).hasSize(2);
        assertThat(requests.get(0).getIdentifierFirstRep().getValue()).isEqualTo("1101");
        assertThat(requests.get(0).getCode().getCodingFirstRep().getCode()).isEqualTo("24725-4");
        assertThat(requests.get(0).getAuthoredOnElement().getValueAsString()).isEqualTo("2021-10-20T11:26:00+02:15");
        assertThat(requests.get(0).getRequester().getDisplay()).contains("JONES");
        assertThat(requests.get(0).getReasonReference()).hasSize(1);
        assertThat(requests.get(1).getIdentifierFirstRep().getValue()).isEqualTo("2203");
        assertThat(requests.get(1).getCode().getCodingFirstRep().getCode()).isEqualTo("24590-2");
        assertThat(requests.get(1).getStatus().toCode()).isEqualTo("active");
    }

    @Test
    void a_laboratory_order_has_its_specimen() {
        Matter matter = Samples.sample("OML-O21-01");
        ServiceRequest request = Samples.only(matter, ServiceRequest.class);

        assertThat(request.getCode().getCodingFirstRep().getCode()).isEqualTo("57698-3");
        assertThat(request.getPriority().toCode()).isEqualTo("routine");
        assertThat(request.getNote().getFirst().getText()).isEqualTo("Urgent");
        assertThat(request.getSpecimen()).hasSize(1);
        assertThat(Samples.only(matter, Specimen.class).getType().getText()).isEqualTo("Blood");
    }

    @Test
    void a_medication_order_says_what_how_much_and_how() {
        MedicationRequest request = Samples.only(Samples.sample("RDE-O11-01"), MedicationRequest.class);
        Dosage dosage = request.getDosageInstructionFirstRep();

        assertThat(request.getIdentifierFirstRep().getValue()).isEqualTo("1163422591");
        assertThat(request.getMedicationCodeableConcept().getCodingFirstRep().getCode())
                .isEqualTo("0143963401");
        assertThat(request.getMedicationCodeableConcept().getCodingFirstRep().getSystem())
                .isEqualTo("http://hl7.org/fhir/sid/ndc");
        assertThat(request.getStatus().toCode()).isEqualTo("active");
        assertThat(request.getAuthoredOnElement().getValueAsString()).isEqualTo("2019-11-04T06:27:26+02:15");
        assertThat(dosage.getDoseAndRateFirstRep().getDoseQuantity().getValue().toPlainString())
                .isEqualTo("5");
        assertThat(dosage.getRoute().getCodingFirstRep().getCode()).isEqualTo("IV");
        assertThat(dosage.getText()).contains("Titrate to BP less than 180").contains("overwrap");
        assertThat(dosage.getTiming()
                        .getRepeat()
                        .getBoundsPeriod()
                        .getStartElement()
                        .getValueAsString())
                .isEqualTo("2019-11-04T10:30:00+02:15");
        assertThat(request.getDispenseRequest().getQuantity().getValue().toPlainString())
                .isEqualTo("3");
        assertThat(request.getDispenseRequest().getNumberOfRepeatsAllowed()).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({"NW, '', active", "DC, '', stopped", "CA, '', cancelled", "HD, '', on-hold", "SC, CM, completed"})
    void an_order_control_says_the_status(String control, String state, String status) {
        Matter matter = Samples.said(
                "MSH|^~\\&|P|H|||20260101||RDE^O11|1|P|2.5",
                "PID|||7^^^X^MR",
                "ORC|" + control + "|77|||" + state,
                "RXE||1^Aspirin^NDC|1||mg");

        assertThat(Samples.only(matter, MedicationRequest.class).getStatus().toCode())
                .isEqualTo(status);
    }

    @Test
    void a_document_notification_is_a_document() {
        DocumentReference document = Samples.only(Samples.sample("MDM-T02-01"), DocumentReference.class);

        assertThat(document.getMasterIdentifier().getValue()).isEqualTo("1.2.840.317.5947431.51.20080131160038");
        assertThat(document.getDocStatus().toCode()).isEqualTo("final");
        assertThat(document.getType().getCodingFirstRep().getCode()).isEqualTo("DI");
        assertThat(document.getContentFirstRep().getAttachment().getData())
                .asString()
                .contains("1.2.840.317.5947431.51");
        assertThat(document.getContext().getEncounter()).hasSize(1);
    }

    @Test
    void an_appointment_takes_the_time_of_whom_it_needs() {
        Matter matter = Samples.sample("SIU-S12-01");
        Appointment appointment = Samples.only(matter, Appointment.class);

        assertThat(appointment.getStatus().toCode()).isEqualTo("booked");
        assertThat(appointment.getStart().toInstant()).isEqualTo("2021-09-24T07:15:00Z");
        assertThat(appointment.getEnd().toInstant()).isEqualTo("2021-09-24T08:05:00Z");
        assertThat(appointment.getMinutesDuration()).isEqualTo(50);
        assertThat(appointment.getServiceTypeFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("76164006");
        assertThat(appointment.getParticipant()).hasSize(4);
        assertThat(appointment.getSlot()).hasSize(2);
        assertThat(Samples.all(matter, Slot.class))
                .allMatch(slot -> slot.getStatus().toCode().equals("busy"));
    }
}
