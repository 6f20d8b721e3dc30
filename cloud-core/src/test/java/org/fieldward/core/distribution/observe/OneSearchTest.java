package org.fieldward.core.distribution.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.distribution.stats.LastN;
import org.fieldward.core.distribution.stats.Stats;
import org.fieldward.core.distribution.stats.StatsAsked;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.follower.Ward;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readings' Observations and stored ones under one search, over the real follower and the real chart. */
class OneSearchTest {

    private static final Sight ELSEWHERE = Sight.of(Set.of("elsewhere"));

    private final Ward ward = new Ward();
    private final SqlChart chart = new SqlChart(ward.database, ward.clock, new Random(3), List.of());
    private final Kept kept = Kept.in(chart);
    private OneSearch search;
    private Visibility visibility;

    @BeforeEach
    void a_patient_with_a_monitor_and_a_laboratory() {
        var belonging = Belonging.of(ward.registry, new Territory(ward.registry, Map.of()));
        visibility = new Visibility(ward.registry, belonging);
        var past = new Past(ward.registry, ward.readings, ward.waveforms, visibility);
        search = new OneSearch(ward.registry, ward.readings, ward.waveforms, kept, visibility, past);
        ward.bind(Ward.BED, "ann", Ward.NOON, Optional.empty());
        var patient = new Patient();
        patient.setId("ann");
        patient.addIdentifier().setSystem("urn:mrn").setValue("4711");
        patient.addName().setFamily("Lindqvist");
        put(patient);
        for (int i = 0; i < 20; i++) {
            ward.arrives("g1", Ward.heartRate(Ward.BED, at(i), 60 + i));
            if (i % 3 == 0) {
                put(potassium("lab-" + i, at(i).plusSeconds(20), "3." + i));
            }
        }
    }

    @AfterEach
    void close() {
        ward.close();
    }

    private static Instant at(int minute) {
        return Ward.NOON.plusSeconds(60L * minute);
    }

    private void put(Resource resource) {
        chart.write(
                new Author("test", Set.of("hospital"), Sight.EVERYTHING),
                desk -> desk.apply(new Change.Update(resource.copy(), OptionalLong.empty())));
    }

    private static Observation potassium(String id, Instant at, String value) {
        var lab = new Observation();
        lab.setId(id);
        lab.setStatus(ObservationStatus.PRELIMINARY);
        lab.getCode().addCoding().setSystem("http://loinc.org").setCode("2823-3");
        lab.addCategory()
                .addCoding()
                .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
                .setCode("laboratory");
        lab.setSubject(new Reference("Patient/ann"));
        lab.setEffective(new DateTimeType(at.toString()));
        lab.setEncounter(new Reference("Encounter/e1"));
        lab.setValue(new Quantity()
                .setValue(new BigDecimal(value))
                .setUnit("mmol/L")
                .setSystem("http://unitsofmeasure.org")
                .setCode("mmol/L"));
        return lab;
    }

    private List<Observation> all(String query, Sight sight) {
        var all = new ArrayList<Observation>();
        Optional<String> place = Optional.empty();
        do {
            OneSearch.Result page = search.page(Asked.parse(Searchable.OBSERVATION, query), at(30), place, sight);
            assertThat(page.matches().size()).isLessThanOrEqualTo(1000);
            all.addAll(page.matches());
            place = page.next();
        } while (place.isPresent());
        return all;
    }

    private int size(String query) {
        return all(query, Sight.EVERYTHING).size();
    }

    @Test
    void both_kinds_come_in_one_order_each_once_whatever_the_size_of_a_page() {
        for (String sort : List.of("date", "-date")) {
            for (int count : new int[] {1, 2, 3, 5, 100}) {
                List<Observation> found = all("patient=ann&_sort=" + sort + "&_count=" + count, Sight.EVERYTHING);

                assertThat(found).as(sort + count).hasSize(27);
                assertThat(new HashSet<>(found.stream()
                                .map(one -> one.getIdElement().getIdPart())
                                .toList()))
                        .hasSize(27);
                List<Instant> times = found.stream()
                        .map(one -> one.getEffectiveDateTimeType().getValue().toInstant())
                        .toList();
                assertThat(times)
                        .isSortedAccordingTo(
                                sort.equals("date") ? Comparator.naturalOrder() : Comparator.reverseOrder());
            }
        }
    }

    @Test
    void what_only_stored_ones_have_finds_only_them_and_what_only_readings_have_only_those() {
        assertThat(size("patient=ann&status=preliminary&_count=5")).isEqualTo(7);
        assertThat(size("patient=ann&status=final&_count=5")).isEqualTo(20);
        assertThat(size("patient=ann&status:not=final&_count=5")).isEqualTo(7);
        assertThat(size("encounter=Encounter/e1&_count=5")).isEqualTo(7);
        assertThat(size("patient=ann&encounter:missing=true&_count=5")).isEqualTo(20);
        assertThat(size("patient=ann&device:missing=false&_count=5")).isEqualTo(20);
        assertThat(size("patient=ann&category=laboratory&_count=5")).isEqualTo(7);
        assertThat(size("patient=ann&code=8867-4,2823-3&_count=5")).isEqualTo(27);
        assertThat(size("patient=ann&code:not=8867-4&_count=5")).isEqualTo(7);
        assertThat(size("_id=lab-3&_count=5")).isEqualTo(1);
        String id = new ObservationId(Ward.BED, at(1).getEpochSecond() * 1_000_000, Ward.HEART_RATE).toString();
        assertThat(size("_id=lab-3," + id + "&_count=5")).isEqualTo(2);
    }

    @Test
    void values_are_compared_alike_in_both() {
        assertThat(size("patient=ann&value-quantity=gt70&_count=5")).isEqualTo(9);
        assertThat(size("patient=ann&value-quantity=lt4&_count=5")).isEqualTo(7);
        assertThat(size("patient=ann&value-quantity=70&_count=5")).isEqualTo(1);
        assertThat(size("patient=ann&value-quantity=ge75|http://unitsofmeasure.org|/min&_count=5"))
                .isEqualTo(5);
        assertThat(size("patient=ann&value-quantity=ge75|http://unitsofmeasure.org|mmol/L&_count=5"))
                .isZero();
        assertThat(size("patient=ann&code-value-quantity=8867-4$gt77&_count=5")).isEqualTo(2);
        assertThat(size("patient=ann&code-value-quantity=8867-4$gt77,2823-3$gt3.5&_count=5"))
                .isEqualTo(2 + 2);
        assertThat(size("patient=ann&combo-code-value-quantity=8867-4$gt77&_count=5"))
                .isEqualTo(2);
        assertThat(size("patient=ann&component-code-value-quantity=8867-4$gt77&_count=5"))
                .isZero();
        assertThat(size("patient=ann&value-quantity:missing=true&_count=5")).isZero();
        assertThatThrownBy(() -> size("patient=ann&value-quantity=much")).isInstanceOf(SearchException.class);
    }

    @Test
    void a_patient_may_be_described_instead_of_named_and_a_report_may_name_observations() {
        String id = new ObservationId(Ward.BED, at(1).getEpochSecond() * 1_000_000, Ward.HEART_RATE).toString();
        var report = new DiagnosticReport();
        report.setId("r1");
        report.setStatus(DiagnosticReport.DiagnosticReportStatus.FINAL);
        report.getCode().setText("round");
        report.setSubject(new Reference("Patient/ann"));
        report.addIdentifier().setSystem("urn:r").setValue("77");
        report.addResult(new Reference("Observation/" + id));
        report.addResult(new Reference("Observation/lab-3"));
        put(report);

        assertThat(size("patient.identifier=urn:mrn|4711&_count=5")).isEqualTo(27);
        assertThat(size("subject:Patient.name=Lindq&code=8867-4&_count=5")).isEqualTo(20);
        assertThat(size("patient.identifier=urn:mrn|4712&_count=5")).isZero();
        assertThat(size("_has:DiagnosticReport:result:identifier=urn:r|77&_count=5"))
                .isEqualTo(2);
        assertThat(size("_has:DiagnosticReport:result:identifier=urn:r|78&_count=5"))
                .isZero();
        assertThat(all("patient.identifier=urn:mrn|4711&_count=5", ELSEWHERE)).isEmpty();

        OneSearch.Result shown = search.page(
                Asked.parse(
                        Searchable.OBSERVATION,
                        "_id=lab-3," + id + "&_include=Observation:subject&_revinclude=DiagnosticReport:result"),
                at(30),
                Optional.empty(),
                Sight.EVERYTHING);
        assertThat(shown.matches()).hasSize(2);
        assertThat(shown.included())
                .extracting(Resource::fhirType)
                .containsExactlyInAnyOrder("Patient", "DiagnosticReport");
    }

    @Test
    void a_total_counts_both_and_only_what_is_seen() {
        assertThat(total("patient=ann&_total=accurate", Sight.EVERYTHING)).isEqualTo(27);
        assertThat(total("patient=ann&_count=0", Sight.EVERYTHING)).isEqualTo(27);
        assertThat(total("patient=ann&code=8867-4&date=lt" + at(5) + "&_count=0", Sight.EVERYTHING))
                .isEqualTo(5);
        assertThat(total("patient=ann&_count=0", ELSEWHERE)).isZero();
        assertThat(total("patient=ann&_count=0", Sight.of(Set.of("hospital")))).isGreaterThanOrEqualTo(7);
        assertThat(all("_count=5", ELSEWHERE)).isEmpty();
        assertThatThrownBy(() -> total("value-quantity=gt5&_total=accurate", Sight.EVERYTHING))
                .isInstanceOf(SearchException.class);
    }

    private long total(String query, Sight sight) {
        return search.page(Asked.parse(Searchable.OBSERVATION, query), at(30), Optional.empty(), sight)
                .total()
                .orElseThrow();
    }

    @Test
    void the_last_of_each_code_and_statistics_are_of_both() {
        var last = new LastN(ward.registry, ward.readings, ward.waveforms, kept, visibility)
                .of(Asked.parse(Searchable.OBSERVATION, "patient=ann&_count=2"), at(30), Sight.EVERYTHING);
        assertThat(last)
                .extracting(one -> one.getEffectiveDateTimeType().getValue().toInstant())
                .containsExactly(at(19), at(18), at(18).plusSeconds(20), at(15).plusSeconds(20));

        put(potassium("lab-x", at(2), "9.9").setCode(heartRate()).setValue(rate("100")));
        var asked = StatsAsked.of(
                Map.of(
                        "subject", List.of("Patient/ann"),
                        "code", List.of("8867-4,2823-3"),
                        "duration", List.of("1"),
                        "statistic", List.of("count", "maximum")),
                at(30));
        List<Observation> statistics = new Stats(ward.readings, kept, visibility).of(asked, Sight.EVERYTHING);
        assertThat(statistics).hasSize(2);
        assertThat(statistics
                        .getFirst()
                        .getComponentFirstRep()
                        .getValueQuantity()
                        .getValue())
                .isEqualByComparingTo("21");
        assertThat(statistics
                        .getFirst()
                        .getComponent()
                        .get(1)
                        .getValueQuantity()
                        .getValue())
                .isEqualByComparingTo("100");
        assertThat(statistics.get(1).getComponentFirstRep().getValueQuantity().getValue())
                .isEqualByComparingTo("7");
        assertThat(new Stats(ward.readings, kept, visibility).of(asked, ELSEWHERE))
                .allSatisfy(one -> assertThat(
                                one.getComponentFirstRep().getValueQuantity().getValue())
                        .isEqualByComparingTo("0"));
    }

    private static CodeableConcept heartRate() {
        var code = new CodeableConcept();
        code.addCoding().setSystem("http://loinc.org").setCode("8867-4");
        return code;
    }

    private static Quantity rate(String number) {
        return new Quantity()
                .setValue(new BigDecimal(number))
                .setUnit("/min")
                .setSystem("http://unitsofmeasure.org")
                .setCode("/min");
    }

    @Test
    void going_over_many_readings_tells_the_same_as_finding_them() {
        ReadingQuery query = new ReadingQuery(
                Optional.of("ann"),
                Optional.empty(),
                Set.of(Ward.HEART_RATE),
                Optional.of(at(3)),
                Optional.of(at(9)),
                true,
                Optional.empty(),
                2);
        var seen = new ArrayList<Long>();
        ward.readings.scan(query, reading -> seen.add(reading.getMeasuredMicros()));

        assertThat(seen).hasSize(6).isSorted();
        assertThat(ward.readings.count(query, List.of(2L, 4L))).isEqualTo(6);
        assertThat(ward.readings.parameters(query)).isEqualTo(1L << Ward.HEART_RATE.number());
        assertThat(ward.readings.atMost(query)).isGreaterThanOrEqualTo(6).isLessThanOrEqualTo(20);
    }
}
