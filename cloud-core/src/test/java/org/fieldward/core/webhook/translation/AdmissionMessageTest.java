package org.fieldward.core.webhook.translation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.Movement;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointUse;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ADT messages say, read from the samples by hand. */
class AdmissionMessageTest {

    @Test
    void pid_becomes_the_patient() {
        Patient patient = Samples.only(Samples.sample("ADT-A01-01"), Patient.class);

        Identifier number = patient.getIdentifier().get(0);
        assertThat(number.getValue()).isEqualTo("PATID1234");
        assertThat(number.getSystem()).isEqualTo("urn:oid:2.16.1");
        assertThat(number.getType().getCodingFirstRep().getCode()).isEqualTo("MR");
        assertThat(patient.getIdentifier().get(1).getValue()).isEqualTo("123456789");
        assertThat(patient.getIdentifier().get(1).getSystem()).isEqualTo("urn:fieldward:ward-3:authority:USSSA");
        assertThat(patient.getName().get(0).getFamily()).isEqualTo("EVERYMAN");
        assertThat(patient.getName().get(0).getGivenAsSingleString()).isEqualTo("ADAM A");
        assertThat(patient.getName().get(0).getPrefixAsSingleString()).isEqualTo("Dr.");
        assertThat(patient.getName().get(0).getSuffixAsSingleString()).isEqualTo("III MD");
        assertThat(patient.getName().get(1).getUse()).isEqualTo(NameUse.OFFICIAL);
        assertThat(patient.getBirthDateElement().getValueAsString()).isEqualTo("1988-08-18");
        assertThat(patient.getBirthDateElement()
                        .getExtensionFirstRep()
                        .getValue()
                        .primitiveValue())
                .isEqualTo("1988-08-18T11:26:00+02:15");
        assertThat(patient.getGender()).isEqualTo(AdministrativeGender.MALE);
        assertThat(patient.getMaritalStatus().getCodingFirstRep().getCode()).isEqualTo("M");
        assertThat(patient.getMultipleBirthIntegerType().getValue()).isEqualTo(2);
        assertThat(patient.getDeceasedDateTimeType().getValueAsString()).isEqualTo("2008-08-25T11:16:30+01:15");
    }

    @Test
    void addresses_numbers_and_relatives_are_there() {
        Patient patient = Samples.only(Samples.sample("ADT-A01-01"), Patient.class);

        assertThat(patient.getAddressFirstRep().getLine())
                .extracting(line -> line.getValue())
                .containsExactly("1000 Hospital Lane", "Ste. 123");
        assertThat(patient.getAddressFirstRep().getCity()).isEqualTo("Ann Arbor");
        assertThat(patient.getAddressFirstRep().getPostalCode()).isEqualTo("99999");
        assertThat(patient.getTelecomFirstRep().getValue()).isEqualTo("78788788");
        assertThat(patient.getTelecomFirstRep().getSystem()).isEqualTo(ContactPointSystem.PHONE);
        assertThat(patient.getTelecomFirstRep().getUse()).isEqualTo(ContactPointUse.MOBILE);
        assertThat(patient.getContactFirstRep().getName().getFamily()).isEqualTo("Evan");
        assertThat(patient.getContactFirstRep().getAddress().getCity()).isEqualTo("GREENSBORO");
        assertThat(patient.getGeneralPractitionerFirstRep().getDisplay()).contains("Hippo");
        assertThat(patient.getCommunicationFirstRep()
                        .getLanguage()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("ar");
    }

    @Test
    void pv1_becomes_the_encounter_with_its_people_and_places() {
        Matter matter = Samples.sample("ADT-A01-01");
        Encounter encounter = Samples.only(matter, Encounter.class);

        assertThat(encounter.getIdentifierFirstRep().getValue()).isEqualTo("40007716");
        assertThat(encounter.getStatus().toCode()).isEqualTo("in-progress");
        assertThat(encounter.getClass_().getCode()).isEqualTo("PRENC");
        assertThat(encounter.getPeriod().getStartElement().getValueAsString()).isEqualTo("2015-02-08T11:34:19+01:10");
        assertThat(encounter.getParticipant())
                .extracting(one -> one.getTypeFirstRep().getCodingFirstRep().getCode())
                .containsExactly("ATND", "REF", "CON", "ADM", "PART");
        assertThat(encounter.getParticipantFirstRep().getIndividual().getDisplay())
                .contains("Alaz");
        assertThat(encounter.getReasonCodeFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("140004");
        assertThat(encounter.getReasonCodeFirstRep().getCodingFirstRep().getSystem())
                .isEqualTo("http://snomed.info/sct");
        assertThat(Samples.all(matter, Location.class))
                .extracting(Location::getName)
                .containsExactly("HUH AE OMU", "HUH AE OMU OMU B Bed 03");
        assertThat(Samples.all(matter, Practitioner.class))
                .extracting(one -> one.getIdentifierFirstRep().getValue())
                .contains("1122334", "C006", "C008", "37");
    }

    @Test
    void allergies_diagnoses_and_observations_come_along() {
        Matter matter = Samples.sample("ADT-A01-01");

        AllergyIntolerance allergy = Samples.only(matter, AllergyIntolerance.class);
        assertThat(allergy.getCode().getCodingFirstRep().getCode()).isEqualTo("P");
        assertThat(allergy.getCode().getText()).isEqualTo("PENICILLIN");
        assertThat(allergy.getCategory().getFirst().getCode()).isEqualTo("environment");
        assertThat(allergy.getReactionFirstRep().getSeverity().toCode()).isEqualTo("mild");
        assertThat(allergy.getOnsetDateTimeType().getValueAsString()).isEqualTo("2021-08-24");
        Condition condition = Samples.only(matter, Condition.class);
        assertThat(condition.getIdentifierFirstRep().getValue()).isEqualTo("DI20");
        assertThat(condition.getCode().getCodingFirstRep().getCode()).isEqualTo("422504002");
        assertThat(condition.getOnsetDateTimeType().getValueAsString()).isEqualTo("2004-01-25T11:40:25+04:20");
        Observation rate = Samples.only(matter, Observation.class);
        assertThat(rate.getCode().getCodingFirstRep().getSystem()).isEqualTo("http://loinc.org");
        assertThat(rate.getComponent())
                .extracting(one -> one.getValueQuantity().getValue().toPlainString())
                .containsExactly("60", "120");
        assertThat(rate.getComponentFirstRep().getValueQuantity().getCode()).isEqualTo("/min");
        assertThat(rate.getReferenceRangeFirstRep().getLow().getValue().intValue())
                .isEqualTo(70);
        assertThat(rate.getReferenceRangeFirstRep().getHigh().getValue().intValue())
                .isEqualTo(80);
    }

    @Test
    void the_header_becomes_provenance_of_all_of_it() {
        Matter matter = Samples.sample("ADT-A01-01");
        Provenance provenance = Samples.only(matter, Provenance.class);

        assertThat(provenance.getTarget()).hasSizeGreaterThan(5);
        assertThat(provenance.getActivity().getCodingFirstRep().getCode()).isEqualTo("A01");
        assertThat(provenance.getAgentFirstRep().getWho().getDisplay()).isEqualTo("ADTApp GHHSFacility");
        assertThat(provenance.getEntityFirstRep().getWhat().getIdentifier().getValue())
                .isEqualTo("MSG00001");
        assertThat(provenance.getRecorded().toInstant()).isEqualTo(Instant.parse("2029-08-01T05:51:24Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "ADT-A01-01, ADMIT, 2015-02-08T10:24:19Z, in-progress",
        "ADT-A02-01, TRANSFER, 2021-08-17T13:19:43.400Z, in-progress",
        "ADT-A03-01, DISCHARGE, 2015-02-09T10:24:19Z, finished",
        "ADT-A11-01, CANCEL_ADMIT, 2015-02-08T10:24:19Z, cancelled"
    })
    void what_happened_is_said_with_its_own_time(String sample, Movement.Kind kind, String at, String status) {
        Matter matter = Samples.sample(sample);

        assertThat(matter.movements()).singleElement().satisfies(movement -> {
            assertThat(movement.kind()).isEqualTo(kind);
            assertThat(movement.beds()).first().isEqualTo("HUH AE OMU-OMU B-Bed 03");
        });
        assertThat(Samples.only(matter, Encounter.class).getStatus().toCode()).isEqualTo(status);
        if (!sample.equals("ADT-A03-01")) {
            assertThat(matter.movements().getFirst().at()).isEqualTo(Instant.parse(at));
        }
    }

    @ParameterizedTest
    @CsvSource({"ADT-A08-01", "ADT-A31-01"})
    void an_update_moves_nobody(String sample) {
        assertThat(Samples.sample(sample).movements()).isEmpty();
    }

    @Test
    void a_merge_names_the_patient_that_stays_and_the_one_that_does_not() {
        Matter matter = Samples.sample("ADT-A40-01");
        List<Patient> patients = Samples.all(matter, Patient.class);

        assertThat(patients).hasSize(2);
        assertThat(patients.get(0).getIdentifierFirstRep().getValue()).isEqualTo("12345");
        assertThat(patients.get(0).getIdentifierFirstRep().getSystem())
                .isEqualTo("urn:fieldward:ward-3:authority:BCBS");
        assertThat(patients.get(0).getLinkFirstRep().getType()).isEqualTo(LinkType.REPLACES);
        assertThat(patients.get(1).getIdentifierFirstRep().getValue()).isEqualTo("56789");
        assertThat(patients.get(1).getActive()).isFalse();
        assertThat(patients.get(1).getLinkFirstRep().getType()).isEqualTo(LinkType.REPLACEDBY);
        assertThat(matter.movements()).singleElement().satisfies(movement -> {
            assertThat(movement.kind()).isEqualTo(Movement.Kind.MERGE);
            assertThat(movement.former()).isPresent();
        });
    }

    @Test
    void an_old_message_with_little_in_it_is_enough() {
        Matter matter = Samples.sample("ADT04-251");
        Patient patient = Samples.only(matter, Patient.class);

        assertThat(patient.getNameFirstRep().getNameAsSingleString()).isEqualTo("Jane Doe");
        assertThat(patient.getGender()).isEqualTo(AdministrativeGender.FEMALE);
        assertThat(Samples.only(matter, Encounter.class).getClass_().getCode()).isEqualTo("EMER");
        assertThat(matter.controlId()).contains("1270326314");
    }

    @Test
    void a_time_without_offset_is_of_the_facilitys_zone_and_a_day_stays_a_day() {
        Matter matter = Samples.said(
                "MSH|^~\\&|E|H|||20260101||ADT^A01|1|P|2.5",
                "PID|||7^^^X^MR||A^B||1990",
                "PV1||I|W^1^2||||||||||||||||9^^^V|||||||||||||||||||||||||202601021530");

        assertThat(Samples.only(matter, Patient.class).getBirthDateElement().getValueAsString())
                .isEqualTo("1990");
        assertThat(Samples.only(matter, Encounter.class)
                        .getPeriod()
                        .getStartElement()
                        .getValueAsString())
                .isEqualTo("2026-01-02T15:30:00+03:00");
    }

    @Test
    void a_time_that_is_none_is_left_out_with_a_remark() {
        Matter matter = Samples.said("MSH|^~\\&|E|H|||20260101||ADT^A08|1|P|2.5", "PID|||7^^^X^MR||A^B||19901399|F");

        assertThat(Samples.only(matter, Patient.class).hasBirthDate()).isFalse();
        assertThat(matter.remarks()).extracting(Matter.Remark::place).containsExactly("PID[2]-7");
    }

    @Test
    void a_null_value_takes_away_what_was_there() {
        Matter matter = Samples.said("MSH|^~\\&|E|H|||20260101||ADT^A08|1|P|2.5", "PID|||7^^^X^MR||A^B||||||||\"\"");
        Draft draft = matter.drafts().getFirst();

        assertThat(draft.cleared()).containsExactly("telecom");
    }

    @Test
    void segments_in_another_order_and_unknown_ones_say_the_same() {
        Matter usual = Samples.said(
                "MSH|^~\\&|E|H|||20260101||ADT^A01|1|P|2.5", "PID|||7^^^X^MR||A^B", "PV1||I|W^1^2", "AL1|1|DA|1^Nuts");
        Matter odd = Samples.said(
                "MSH|^~\\&|E|H|||20260101||ADT^A01|1|P|2.5",
                "ZPI|x|y",
                "AL1|1|DA|1^Nuts",
                "PV1||I|W^1^2",
                "PID|||7^^^X^MR||A^B");

        assertThat(odd.drafts())
                .extracting(draft -> draft.resource().fhirType())
                .isEqualTo(usual.drafts().stream()
                        .map(draft -> draft.resource().fhirType())
                        .toList());
    }
}
