package org.fieldward.core.clinical;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.Events.Answer;
import org.fieldward.core.clinical.Events.Arrival;
import org.fieldward.core.clinical.Events.Form;
import org.fieldward.core.clinical.Events.Made;
import org.fieldward.core.clinical.Events.Receipt;
import org.fieldward.core.clinical.enrichment.LabEnrichment;
import org.fieldward.core.clinical.event.Issue;
import org.fieldward.core.clinical.event.Priority;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DetectedIssue;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SqlEventsTest {

    private final Centre centre = new Centre();

    @BeforeEach
    void start() {
        centre.patient("p1");
    }

    @AfterEach
    void close() {
        centre.close();
    }

    static String lab(String id, String time, String value) {
        return """
                {'id':'%s','type':'lab_result','priority':'medium','occurredAt':'2026-03-01T%s:00Z',
                 'patient':{'reference':'Patient/p1'},
                 'payload':{'accession':'A-%s','results':[
                   {'test':{'code':'2823-3','display':'Potassium'},'value':%s,'unit':'mmol/L'}]}}""".formatted(id, time, id, value);
    }

    private static String order(String id, String display) {
        return """
                {'id':'%s','type':'medication_order','priority':'low','occurredAt':'2026-03-01T08:00:00Z',
                 'patient':{'identifier':{'system':'urn:mrn','value':'mrn-p1'}},
                 'payload':{'order':'%s','drug':{'code':'x','display':'%s'},'instruction':'1 tablet twice a day',
                   'dose':{'value':1,'unit':'{tbl}'}}}""".formatted(id, id, display);
    }

    private static Receipt accepted(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Accepted.class);
        return ((Answer.Accepted) answer).receipt();
    }

    private static List<String> types(Receipt receipt) {
        return receipt.made().stream().map(Made::key).map(Key::type).toList();
    }

    private <T extends Resource> T only(Class<T> type, Receipt receipt) {
        List<Key> keys = receipt.made().stream()
                .map(Made::key)
                .filter(key -> key.type().equals(type.getSimpleName()))
                .toList();
        assertThat(keys).hasSize(1);
        return centre.read(type, keys.getFirst());
    }

    @Test
    void a_result_gets_its_range_its_word_and_its_change() {
        accepted(centre.take(lab("l1", "08:00", "4.1")));
        Receipt receipt = accepted(centre.take(lab("l2", "10:00", "5.6")));

        assertThat(types(receipt)).containsExactly("Observation", "DiagnosticReport");
        Observation observation = only(Observation.class, receipt);
        assertThat(observation.getSubject().getReference()).isEqualTo("Patient/p1");
        assertThat(observation.getReferenceRangeFirstRep().getHigh().getValue()).isEqualByComparingTo("5.1");
        assertThat(observation.getInterpretationFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("H");
        var delta = observation.getExtensionByUrl(LabEnrichment.DELTA);
        assertThat(((Quantity) delta.getExtensionByUrl("change").getValue()).getValue())
                .isEqualByComparingTo("1.5");
        assertThat(only(DiagnosticReport.class, receipt).getResultFirstRep().getReference())
                .isEqualTo("Observation/" + observation.getIdElement().getIdPart());
        assertThat(receipt.notes()).containsExactly("the order with that number is not known");
        assertThat(receipt.priority()).isEqualTo(Priority.MEDIUM);
    }

    @Test
    void a_result_told_late_is_compared_with_what_was_before_it_not_with_what_came_before_it() {
        accepted(centre.take(lab("l1", "08:00", "4.0")));
        accepted(centre.take(lab("l3", "12:00", "5.0")));

        Observation between = only(Observation.class, accepted(centre.take(lab("l2", "10:00", "4.4"))));

        var delta = between.getExtensionByUrl(LabEnrichment.DELTA);
        assertThat(((Quantity) delta.getExtensionByUrl("change").getValue()).getValue())
                .isEqualTo(new BigDecimal("0.4"));
    }

    @Test
    void a_critical_result_makes_its_event_critical() {
        Receipt receipt = accepted(centre.take(lab("l1", "08:00", "7.0")));

        assertThat(receipt.priority()).isEqualTo(Priority.CRITICAL);
        assertThat(receipt.notes()).contains("critical: 2823-3");
        assertThat(only(Observation.class, receipt)
                        .getInterpretationFirstRep()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("HH");
    }

    @Test
    void a_corrected_result_is_a_new_version_of_the_same_observation() {
        Receipt first = accepted(centre.take(lab("l1", "08:00", "4.1")));
        String corrected = lab("l2", "08:00", "4.3")
                .replace("A-l2", "A-l1")
                .replace("'results'", "'status':'corrected','results'");

        Receipt second = accepted(centre.take(corrected));

        assertThat(second.made().getFirst())
                .isEqualTo(new Made(first.made().getFirst().key(), 2));
        assertThat(only(Observation.class, second).getStatus().toCode()).isEqualTo("corrected");
    }

    @Test
    void the_same_event_twice_has_one_effect_and_one_answer() {
        Receipt first = accepted(centre.take(lab("l1", "08:00", "4.1")));
        long newest = centre.chart.after(0, 100).getLast().number();

        Answer again = centre.take(lab("l1", "08:00", "4.1"));

        assertThat(again).isEqualTo(new Answer.Duplicate(first));
        assertThat(centre.chart.after(newest, 100)).isEmpty();
        assertThat(centre.events.receipt(first.number(), Sight.EVERYTHING)).contains(first);
    }

    @Test
    void an_event_without_an_id_is_known_by_its_bytes() {
        String nameless = lab("l1", "08:00", "4.1").replace("'id':'l1',", "");

        Receipt first = accepted(centre.take(nameless));

        assertThat(centre.take(nameless)).isEqualTo(new Answer.Duplicate(first));
    }

    @Test
    void an_id_that_comes_back_with_another_content_is_refused() {
        accepted(centre.take(lab("l1", "08:00", "4.1")));

        assertThat(centre.take(lab("l1", "08:00", "4.2")))
                .isEqualTo(new Answer.Refused(List.of(
                        new Issue(Issue.Code.CONFLICT, "id", "must be new: an event with other content has it"))));
    }

    @Test
    void eight_that_send_one_event_at_once_store_it_once() throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Answer> send = () -> centre.take(lab("l1", "08:00", "4.1"));
            for (Future<Answer> future : threads.invokeAll(Collections.nCopies(8, send))) {
                answers.add(future.get());
            }
        }

        assertThat(answers.stream().filter(Answer.Accepted.class::isInstance)).hasSize(1);
        assertThat(answers.stream().filter(Answer.Duplicate.class::isInstance)).hasSize(7);
        assertThat(centre.chart.after(0, 100).stream()
                        .filter(version -> version.key().type().equals("Observation")))
                .hasSize(1);
    }

    @Test
    void an_admission_binds_the_devices_of_the_bed_and_ends_the_former_patients() {
        centre.device("bed-1", "1");
        centre.device("bed-2", "2");
        accepted(centre.take(admission("a1", "p1", "1", "08:00")));
        centre.patient("p2");

        Receipt receipt = accepted(centre.take(admission("a2", "p2", "1", "10:00")));

        assertThat(centre.bindings()).containsExactly("bed-1: p1 08:00-10:00", "bed-1: p2 10:00-");
        assertThat(types(receipt)).containsExactly("Encounter", "Location");
        Encounter encounter = only(Encounter.class, receipt);
        assertThat(encounter.getLocationFirstRep().getLocation().getReference())
                .isEqualTo(receipt.made().get(1).key().toString());
        assertThat(receipt.notes()).contains("ended binding of device bed-1", "bound device bed-1");
        assertThat(receipt.notes()).anyMatch(note -> note.startsWith("the bed was Encounter/"));
        assertThat(centre.read(Encounter.class, receipt.made().getFirst().key())
                        .getSubject()
                        .getReference())
                .isEqualTo("Patient/p2");
    }

    static String admission(String id, String patient, String bed, String time) {
        return """
                {'id':'%s','type':'patient_admission','priority':'medium','occurredAt':'2026-03-01T%s:00Z',
                 'patient':{'identifier':{'system':'urn:mrn','value':'mrn-%s'},
                   'person':{'family':'New','given':'Ann','birthDate':'1970-01-01','gender':'female'}},
                 'payload':{'visit':'v-%s','bed':'%s'}}""".formatted(id, time, patient, patient, bed);
    }

    @Test
    void an_admission_makes_the_patient_who_is_not_known_and_one_only() {
        centre.device("bed-1", "1");
        Receipt receipt = accepted(centre.take(admission("a1", "new", "1", "08:00")));

        Patient patient = only(Patient.class, receipt);
        assertThat(patient.getNameFirstRep().getFamily()).isEqualTo("New");
        assertThat(receipt.patient()).isEqualTo(patient.getIdElement().getIdPart());
        assertThat(centre.registry.refresh().patients()).containsKey(receipt.patient());
        assertThat(accepted(centre.take(admission("a2", "new", "1", "09:00"))).patient())
                .isEqualTo(receipt.patient());
    }

    @Test
    void an_admission_to_another_bed_of_the_same_stay_keeps_where_the_patient_was() {
        accepted(centre.take(admission("a1", "p1", "1", "08:00")));

        Encounter encounter = only(Encounter.class, accepted(centre.take(admission("a2", "p1", "2", "10:00"))));

        assertThat(encounter.getLocation()).hasSize(2);
        assertThat(encounter.getLocation().get(1).getStatus().toCode()).isEqualTo("completed");
        assertThat(encounter.getPeriod().getStart().toInstant()).isEqualTo(Centre.at("08:00"));
    }

    @Test
    void imaging_is_linked_to_the_order_with_its_accession_number() {
        var request = new ServiceRequest();
        request.setId("order-1");
        request.addIdentifier().setSystem("urn:the-ris").setValue("X-1");
        request.setStatus(ServiceRequest.ServiceRequestStatus.ACTIVE);
        request.setIntent(ServiceRequest.ServiceRequestIntent.ORDER);
        request.setSubject(new Reference("Patient/p1"));
        centre.put(request);

        Receipt receipt = accepted(centre.take("""
                {'type':'imaging_complete','priority':'high','occurredAt':'2026-03-01T08:00:00Z',
                 'patient':{'reference':'Patient/p1'},
                 'payload':{'accession':'X-1','studyUid':'1.2.840.1','modality':'CT','series':2,'instances':300,
                   'report':{'status':'final','conclusion':'No fracture.'}}}"""));

        ImagingStudy study = only(ImagingStudy.class, receipt);
        DiagnosticReport report = only(DiagnosticReport.class, receipt);
        assertThat(study.getBasedOnFirstRep().getReference()).isEqualTo("ServiceRequest/order-1");
        assertThat(report.getBasedOnFirstRep().getReference()).isEqualTo("ServiceRequest/order-1");
        assertThat(report.getImagingStudyFirstRep().getReference())
                .isEqualTo("ImagingStudy/" + study.getIdElement().getIdPart());
        assertThat(receipt.notes()).isEmpty();
    }

    @Test
    void an_order_that_an_allergy_forbids_is_stored_with_the_warning() {
        var allergy = new AllergyIntolerance();
        allergy.setId("allergy-1");
        allergy.setPatient(new Reference("Patient/p1"));
        allergy.setCode(new CodeableConcept().setText("Penicillin"));
        centre.put(allergy);

        Receipt receipt = accepted(centre.take(order("o1", "Amoxicillin 500 mg")));

        MedicationRequest request = only(MedicationRequest.class, receipt);
        assertThat(request.getDetectedIssue()).hasSize(1);
        DetectedIssue issue = (DetectedIssue) request.getContained().getFirst();
        assertThat(issue.getImplicatedFirstRep().getReference()).isEqualTo("AllergyIntolerance/allergy-1");
        assertThat(issue.getSeverity().toCode()).isEqualTo("high");
        assertThat(only(Flag.class, receipt).getCode().getText())
                .isEqualTo("Allergy to a penicillin: all penicillins are forbidden.");
    }

    @Test
    void an_order_is_checked_against_the_patients_own_active_orders_only() {
        accepted(centre.take(order("o1", "Warfarin 5 mg")));
        accepted(centre.take(order("o2", "Simvastatin 20 mg").replace("'order'", "'status':'stopped','order'")));
        centre.patient("p2");

        Receipt receipt = accepted(centre.take(order("o3", "Ibuprofen 400 mg")));
        Receipt other = accepted(centre.take(order("o4", "Ibuprofen 400 mg").replace("mrn-p1", "mrn-p2")));
        Receipt stopped =
                accepted(centre.take(order("o5", "Clarithromycin 500 mg").replace("mrn-p1", "mrn-p2")));

        assertThat(receipt.notes()).containsExactly("high: Warfarin with an NSAID: bleeding.");
        assertThat(other.notes()).isEmpty();
        assertThat(stopped.notes()).isEmpty();
    }

    @Test
    void what_the_rules_do_not_know_is_said_to_be_unchecked() {
        Receipt receipt = accepted(centre.take(order("o1", "Unobtainium")));

        assertThat(receipt.notes()).containsExactly("interactions were not checked: the rules do not know this drug");
    }

    @Test
    void an_event_of_a_patient_who_is_not_known_leaves_nothing() {
        long before = centre.chart.after(0, 100).getLast().number();

        Answer answer = centre.take(lab("l1", "08:00", "4.1").replace("Patient/p1", "Patient/nobody"));

        assertThat(((Answer.Refused) answer).issues().getFirst().element()).isEqualTo("patient");
        assertThat(centre.chart.after(before, 100)).isEmpty();
        assertThat(centre.take(lab("l1", "08:00", "4.2"))).as("the id is free").isInstanceOf(Answer.Accepted.class);
    }

    @Test
    void an_identifier_means_itself_whatever_it_holds() {
        centre.device("bed-1", "1");
        accepted(centre.take(admission("a1", "p9|,$\\\\", "1", "08:00")));

        Answer part = centre.take(order("o1", "Ibuprofen").replace("mrn-p1", "mrn-p1,mrn-p9"));
        Receipt whole = accepted(centre.take(order("o2", "Ibuprofen").replace("mrn-p1", "mrn-p9|,$\\\\")));

        assertThat(((Answer.Refused) part).issues().getFirst().code()).isEqualTo(Issue.Code.NOT_FOUND);
        assertThat(whole.patient()).isNotEqualTo("p1");
    }

    @Test
    void an_event_for_another_facility_is_refused_and_what_is_there_is_not_seen() {
        Receipt receipt = accepted(centre.take(lab("l1", "08:00", "4.1")));
        var stranger = new Author("elsewhere", Set.of("ward-9"), Sight.of(Set.of("ward-9")));

        Answer claimed = centre.events.take(
                Centre.arrival(lab("l2", "08:00", "4.1").replace("'id'", "'facility':'ward-3','id'")), stranger);
        Answer unseen = centre.events.take(Centre.arrival(lab("l3", "08:00", "4.1")), stranger);

        assertThat(((Answer.Refused) claimed).issues().getFirst().code()).isEqualTo(Issue.Code.FORBIDDEN);
        assertThat(((Answer.Refused) unseen).issues().getFirst().code()).isEqualTo(Issue.Code.NOT_FOUND);
        assertThat(centre.events.receipt(receipt.number(), stranger.sight())).isEmpty();
        assertThat(centre.events.receipt(receipt.number(), Centre.AUTHOR.sight()))
                .contains(receipt);
    }

    @Test
    void a_fhir_message_is_stored_enriched_and_linked() {
        Answer answer = fhir("""
                {"resourceType":"Bundle","type":"message","identifier":{"value":"m1"},"timestamp":"2026-03-01T09:00:00Z",
                 "entry":[{"resource":{"resourceType":"MessageHeader","eventCoding":{
                    "system":"https://fieldward.org/fhir/event","code":"lab_result"},"source":{"endpoint":"urn:x"},
                    "meta":{"tag":[{"system":"https://fieldward.org/fhir/priority","code":"high"}]}}},
                  {"fullUrl":"urn:uuid:7b5c3c5e-0000-4000-8000-000000000001","resource":{"resourceType":"Patient",
                    "identifier":[{"system":"urn:mrn","value":"mrn-p1"}]}},
                  {"fullUrl":"urn:uuid:7b5c3c5e-0000-4000-8000-000000000002","resource":{"resourceType":"Observation",
                    "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},
                    "subject":{"reference":"urn:uuid:7b5c3c5e-0000-4000-8000-000000000001"},
                    "effectiveDateTime":"2026-03-01T08:30:00Z","valueQuantity":{"value":2.1,"unit":"mmol/L",
                    "system":"http://unitsofmeasure.org","code":"mmol/L"}}}]}""");

        Receipt receipt = accepted(answer);
        assertThat(receipt.patient()).isEqualTo("p1");
        assertThat(receipt.priority()).isEqualTo(Priority.CRITICAL);
        Observation observation = only(Observation.class, receipt);
        assertThat(observation.getSubject().getReference()).isEqualTo("Patient/p1");
        assertThat(observation.getInterpretationFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("LL");
    }

    private Answer fhir(String message) {
        return centre.events.take(
                new Arrival("ehr", Optional.empty(), Form.FHIR, ByteString.copyFromUtf8(message)), Centre.AUTHOR);
    }

    @Test
    void a_fhir_message_about_two_patients_is_refused() {
        Answer answer = fhir("""
                {"resourceType":"Bundle","type":"message","timestamp":"2026-03-01T09:00:00Z",
                 "entry":[{"resource":{"resourceType":"MessageHeader","eventCoding":{
                    "system":"https://fieldward.org/fhir/event","code":"lab_result"},"source":{"endpoint":"urn:x"}}},
                  {"resource":{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"mrn-p1"}]}},
                  {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},
                    "subject":{"reference":"Patient/p2"}}}]}""");

        assertThat(answer)
                .isEqualTo(new Answer.Refused(
                        List.of(new Issue(Issue.Code.VALUE, "Observation.subject", "must be the event's patient"))));
    }
}
