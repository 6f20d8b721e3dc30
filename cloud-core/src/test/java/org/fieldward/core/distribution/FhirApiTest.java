package org.fieldward.core.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.fhir.StoredReadings.absent;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;
import static org.fieldward.core.fhir.StoredReadings.waveform;

import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.store.Shelf;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.fhir.FullValidator;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DeviceMetric;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The FHIR API as somebody else's client sees it: HAPI's, over HTTP. */
class FhirApiTest {

    private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");

    private final FakeCore core = new FakeCore();
    private final Shelf shelf = new Shelf();
    private HttpDoor door;
    private IGenericClient client;

    @BeforeEach
    void open() {
        core.admit("p1", "Meyer", "Anna", "mon_1", "Bed 1");
        core.admit("p2", "Okafor", "Ben", "mon-2", "Bed 2");
        for (int i = 0; i < 40; i++) {
            core.readings.accept(
                    reading(
                            "mon_1",
                            "p1",
                            START.plusSeconds(i),
                            number("heart-rate", "7" + i % 10),
                            number("respiratory-rate", "14"),
                            i % 7 == 0 ? absent("spo2", AbsentReason.NOT_PERFORMED) : number("spo2", "97"),
                            number("temperature", "37.0")),
                    reading("mon-2", "p2", START.plusSeconds(i), number("heart-rate", "88")));
        }
        core.readings.accept(reading(
                "mon_1",
                "p1",
                START.plusMillis(500),
                number("systolic", "120"),
                number("mean-arterial-pressure", "93")));
        mirror();
        core.stored = new Stored(shelf.chart, ProfileCheck.shared(), () -> "none", core.stored.exports());
        door = core.door();
        var context = FullValidator.CONTEXT;
        context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
        client = context.newRestfulGenericClient("http://127.0.0.1:" + door.port() + "/fhir");
    }

    /** Patients and devices of the registry stand in the chart, too. */
    private void mirror() {
        var maker = new ResourceMaker();
        for (var patient : core.registry.patients()) {
            shelf.update(Shelf.author(), maker.patient(patient));
        }
        for (var device : core.registry.devices()) {
            String served = core.registry.bindings().stream()
                    .filter(binding -> binding.device().equals(device.id()))
                    .findFirst()
                    .orElseThrow()
                    .patient();
            shelf.update(Shelf.author(), maker.device(device, Optional.of(served)));
        }
    }

    @AfterEach
    void close() {
        door.close();
        shelf.close();
    }

    @Test
    void a_client_pages_through_everything_once_and_in_order_whatever_the_size_of_a_page() {
        for (int count : new int[] {1, 3, 7, 50, 1000}) {
            List<Observation> all = pages("Observation?_sort=date&_count=" + count, 0);

            assertThat(all).hasSize(40 * 4 + 40 + 1);
            assertThat(all).extracting(one -> one.getIdElement().getIdPart()).doesNotHaveDuplicates();
            assertThat(all)
                    .extracting(one -> one.getEffectiveDateTimeType().getValueAsString())
                    .isSorted();
        }
        assertThat(core.readings.largestLimit()).isLessThanOrEqualTo(1_001);
    }

    @Test
    void a_total_is_told_only_where_it_was_counted() {
        assertThat(search("Observation?_count=3").hasTotal()).isFalse();
        assertThat(search("DeviceMetric?_count=3").hasTotal()).isFalse();
        assertThat(search("Patient?_count=1").hasTotal()).isFalse();
        assertThat(search("Patient?_count=1&_total=accurate").getTotal()).isEqualTo(2);
    }

    @Test
    void pages_are_stable_while_new_data_arrives_at_both_ends() {
        List<Observation> newestFirst = pages("Observation?patient=p1&_count=7", 1);

        assertThat(newestFirst).hasSize(40 * 4 + 1);
        assertThat(newestFirst)
                .extracting(one -> one.getEffectiveDateTimeType().getValueAsString())
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    private void gap(long number, String device, Lane lane, Instant from, Instant to, long count) {
        StoredGap record = StoredGap.newBuilder()
                .setGapVersion(1)
                .setDevice(device)
                .setGateway("ward-3")
                .setEpoch(7)
                .setSequence(number)
                .setLaneValue(lane.number())
                .setFromMicros(Micros.of(from))
                .setToMicros(Micros.of(to))
                .setCount(count)
                .setReason(Gap.Reason.EVICTED.number())
                .setReceivedMicros(Micros.of(to.plusSeconds(60)))
                .build();
        core.gaps.all.add(new Gaps.Stored(number, record, record.toByteString(), ByteString.EMPTY, 2, 3));
    }

    @Test
    void a_loss_is_an_observation_without_a_value_for_whoever_asks_for_losses_and_in_no_search() {
        List<String> before = ids(search("Observation?patient=p1&_count=1000"));
        gap(4, "mon_1", Lane.VITAL, START, START.plusSeconds(30), 12);
        gap(5, "mon_1", Lane.WAVEFORM, START.minusSeconds(90), START.minusSeconds(60), 3);
        gap(6, "mon-2", Lane.VITAL, START, START.plusSeconds(30), 9);
        gap(7, "mon_1", Lane.ALARM, START, START.plusSeconds(30), 2);
        gap(8, "unnamed", Lane.VITAL, START, START.plusSeconds(30), 2);

        Bundle losses = losses("patient=p1&date=ge2026-11-21T02:00:20Z");

        assertThat(losses.getTotal()).isEqualTo(1);
        Observation loss = (Observation) losses.getEntryFirstRep().getResource();
        assertThat(FullValidator.errors(loss)).isEmpty();
        assertThat(loss.hasValue()).isFalse();
        assertThat(loss.getDataAbsentReason().getCodingFirstRep().getCode()).isEqualTo("error");
        assertThat(loss.getDataAbsentReason().getText()).contains("make room");
        assertThat(loss.getSubject().getReference()).isEqualTo("Patient/p1");
        assertThat(loss.getDevice().getReference()).isEqualTo("Device/mon.u1");
        assertThat(loss.getEffectivePeriod().getStartElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:00.000000Z");
        assertThat(loss.getEffectivePeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:30.000000Z");
        assertThat(loss.getComponentFirstRep().getCode().getCodingFirstRep().getCode())
                .isEqualTo("count");
        assertThat(loss.getComponentFirstRep().getValueIntegerType().getValue()).isEqualTo(12);
        assertThat(loss.getIdentifierFirstRep().getValue()).isEqualTo("ward-3-7-4");
        String id = loss.getIdElement().getIdPart();
        assertThat(client.read()
                        .resource(Observation.class)
                        .withId(id)
                        .execute()
                        .getDataAbsentReason()
                        .getText())
                .isEqualTo(loss.getDataAbsentReason().getText());

        assertThat(ids(losses("subject=Patient/p1"))).containsExactly("gap-5-1", "gap-4-1");
        assertThat(ids(losses("device=Device/mon-2"))).containsExactly("gap-6-2");
        assertThat(ids(losses("date=lt2026-11-21T02:00:00Z"))).containsExactly("gap-5-1");
        assertThat(losses("patient=p9").getEntry()).isEmpty();
        assertThat(ids(search("Observation?patient=p1&_count=1000"))).isEqualTo(before);
        for (String wrong : List.of("code=8867-4", "_count=3", "weather=rain", "date=soon")) {
            assertThatThrownBy(() -> losses(wrong)).as(wrong).isInstanceOf(InvalidRequestException.class);
        }
        for (String missing : List.of("gap-9-1", "gap-4-2", "gap-7-1", "gap-4", "gap-0-0")) {
            assertThatThrownBy(() -> client.read()
                            .resource(Observation.class)
                            .withId(missing)
                            .execute())
                    .as(missing)
                    .isInstanceOf(ResourceNotFoundException.class);
        }
    }

    @Test
    void a_loss_over_a_change_of_patients_shows_each_his_part_and_says_that_the_count_is_a_bound() {
        core.registry.endBinding(1, START.plusSeconds(10));
        core.registry.bind(new DeviceId("mon_1"), "p2", START.plusSeconds(20), Optional.empty());
        gap(4, "mon_1", Lane.VITAL, START, START.plusSeconds(30), 12);

        Observation first =
                (Observation) losses("patient=p1").getEntryFirstRep().getResource();
        Observation second =
                (Observation) losses("patient=p2").getEntryFirstRep().getResource();

        assertThat(first.getEffectivePeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:10.000000Z");
        assertThat(second.getEffectivePeriod().getStartElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:20.000000Z");
        assertThat(first.getComponentFirstRep().getCode().getCodingFirstRep().getCode())
                .isEqualTo("count-at-most");
        assertThat(losses("patient=p1&date=ge2026-11-21T02:00:15Z").getEntry()).isEmpty();
    }

    private Bundle losses(String query) {
        return search("http://127.0.0.1:" + door.port() + "/fhir/Observation/$gaps?" + query);
    }

    private static List<String> ids(Bundle bundle) {
        return bundle.getEntry().stream()
                .map(entry -> entry.getResource().getIdElement().getIdPart())
                .toList();
    }

    @Test
    void every_served_resource_is_valid_for_the_full_validator() {
        List<Bundle.BundleEntryComponent> entries = new ArrayList<>();
        for (String query : List.of("Observation?_count=60&_sort=date", "Patient", "Device", "DeviceMetric")) {
            entries.addAll(search(query).getEntry());
        }

        assertThat(entries).hasSizeGreaterThan(60);
        for (var entry : entries) {
            assertThat(FullValidator.errors(entry.getResource())).isEmpty();
        }
    }

    @Test
    void observations_are_found_by_every_parameter_that_the_server_declares() {
        assertThat(size("patient=p1&code=8867-4")).isEqualTo(40);
        assertThat(size("subject=Patient/p2")).isEqualTo(40);
        assertThat(size("subject:Patient=p2")).isEqualTo(40);
        assertThat(size("patient=p1,p2&code=http://loinc.org|8867-4")).isEqualTo(80);
        assertThat(size("patient=p1&patient=p2")).isZero();
        assertThat(size("code=urn:iso:std:iso:11073:10101|147842")).isEqualTo(80);
        assertThat(size("code=http://loinc.org|147842")).isZero();
        assertThat(size("code=85354-9")).isEqualTo(1);
        assertThat(size("code=8480-6")).isZero();
        assertThat(size("component-code=8480-6")).isEqualTo(1);
        assertThat(size("component-code=150023")).isEqualTo(1);
        assertThat(size("combo-code=8867-4,8462-4")).isEqualTo(81);
        assertThat(size("device=mon.u1")).isEqualTo(161);
        assertThat(size("device=Device/mon-2&code=8867-4")).isEqualTo(40);
        assertThat(size("category=vital-signs")).isEqualTo(201);
        assertThat(size("category=laboratory")).isZero();
        assertThat(size("status=final&patient=p2")).isEqualTo(40);
        assertThat(size("status=amended")).isZero();
        assertThat(size("identifier=https://fieldward.org/fhir/identifier/observation%7C"
                        + "mon_1-p1-147842-20261121T020003.000000Z"))
                .isEqualTo(1);
    }

    @Test
    void the_history_of_a_readings_observation_can_be_asked_for_and_nothing_can_be_written_there() {
        String id = search("Observation?patient=p2&_count=1")
                .getEntryFirstRep()
                .getResource()
                .getIdElement()
                .getIdPart();

        Bundle history = client.history()
                .onInstance("Observation/" + id)
                .returnBundle(Bundle.class)
                .execute();

        assertThat(FullValidator.errors(history)).isEmpty();
        assertThat(history.getTotal()).isEqualTo(1);
        assertThat(history.getEntryFirstRep().getResponse().getEtag()).isEqualTo("W/\"1\"");
        assertThat(client.read()
                        .resource(Observation.class)
                        .withIdAndVersion(id, "1")
                        .execute()
                        .getMeta()
                        .getVersionId())
                .isEqualTo("1");
        assertThatThrownBy(() -> client.read()
                        .resource(Observation.class)
                        .withIdAndVersion(id, "2")
                        .execute())
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> client.history()
                        .onInstance("Observation/mon-2.1.1")
                        .returnBundle(Bundle.class)
                        .execute())
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> client.delete().resourceById("Observation", id).execute())
                .isInstanceOf(MethodNotAllowedException.class);
    }

    @Test
    void a_patients_own_observations_are_searched_like_all_others() {
        String base = "http://127.0.0.1:" + door.port() + "/fhir/Patient/p1/Observation?";
        Bundle found = search(base + "code=8867-4&_count=7");

        assertThat(found.getEntry()).hasSize(7);
        assertThat(found.getLink("next")).isNotNull();
        assertThat(client.loadPage().next(found).execute().getEntry()).hasSize(7);
        assertThat(search(base + "patient=p2").getEntry()).isEmpty();
    }

    @Test
    void a_date_means_what_its_prefix_and_precision_say() {
        assertThat(size("patient=p2&date=2026-11-21")).isEqualTo(40);
        assertThat(size("patient=p2&date=2026-11-21T02:00:05Z")).isEqualTo(1);
        assertThat(size("patient=p2&date=ge2026-11-21T02:00:05Z")).isEqualTo(35);
        assertThat(size("patient=p2&date=gt2026-11-21T02:00:05Z")).isEqualTo(34);
        assertThat(size("patient=p2&date=sa2026-11-21T02:00:05Z")).isEqualTo(34);
        assertThat(size("patient=p2&date=lt2026-11-21T02:00:05Z")).isEqualTo(5);
        assertThat(size("patient=p2&date=eb2026-11-21T02:00:05Z")).isEqualTo(5);
        assertThat(size("patient=p2&date=le2026-11-21T02:00:05Z")).isEqualTo(6);
        assertThat(size("patient=p2&date=ne2026-11-21T02:00:05Z")).isEqualTo(39);
        assertThat(size("patient=p2&date=ap2026-11-21T02:00:05Z")).isEqualTo(40);
        assertThat(size("patient=p2&date=ge2026-11-21T02:00:05Z&date=lt2026-11-21T02:00:10Z"))
                .isEqualTo(5);
        assertThat(size("patient=p2&date=2026-11-21T03:00:05%2B01:00")).isEqualTo(1);
        assertThat(size("patient=p1&date=2026-11-21T02:00:00.500Z")).isEqualTo(1);
        assertThat(size("patient=p2&date=2025")).isZero();
    }

    @Test
    void what_cannot_be_served_is_refused_by_name_and_without_its_value() {
        assertRefused("Observation?colour=Secretname", "colour");
        assertRefused("Observation?code:text=Secretname", "code:text");
        assertRefused("Observation?_sort=Secretname-code", "_sort");
        assertRefused("Observation?_include=Observation:Secretname", "_include");
        assertRefused("Observation?date=Secretname", "date");
        assertRefused("Observation?date=2026-02-30", "date");
        assertRefused("Observation?component-code=8480-6&_summary=count", "_summary");
        assertRefused("Observation?_count=-1", "_count");
        assertRefused("Patient?birthplace=Secretname", "birthplace");
        assertRefused("Observation?patient:Patient.name=Secretname", "patient:Patient.name");
    }

    @Test
    void an_unknown_parameter_is_ignored_if_the_client_asks_for_lenience() {
        Bundle found = client.search()
                .byUrl("Observation?patient=p2&colour=blue")
                .withAdditionalHeader("Prefer", "handling=lenient")
                .returnBundle(Bundle.class)
                .execute();

        assertThat(found.getEntry()).hasSize(40);
        assertThat(found.getLink("self").getUrl()).contains("patient=p2").doesNotContain("colour");
    }

    @Test
    void a_link_to_a_page_shows_no_patient_and_opens_nothing_once_it_was_changed() {
        String next = search("Observation?patient=p1&_count=5").getLink("next").getUrl();
        char last = next.charAt(next.length() - 3);
        String tampered =
                next.substring(0, next.length() - 3) + (last == 'A' ? 'B' : 'A') + next.substring(next.length() - 2);

        assertThat(next).doesNotContain("p1");
        assertThatThrownBy(() -> client.loadPage()
                        .byUrl(tampered)
                        .andReturnBundle(Bundle.class)
                        .execute())
                .isInstanceOf(ResourceGoneException.class);
        assertThatThrownBy(() -> client.loadPage()
                        .byUrl(next.replace("/Observation?", "/Patient?"))
                        .andReturnBundle(Bundle.class)
                        .execute())
                .isInstanceOf(ResourceGoneException.class);
    }

    @Test
    void a_search_can_be_posted_so_that_no_address_names_a_patient() {
        Bundle found = client.search()
                .forResource(Observation.class)
                .where(Observation.PATIENT.hasId("p2"))
                .count(10)
                .usingStyle(SearchStyleEnum.POST)
                .returnBundle(Bundle.class)
                .execute();

        assertThat(found.getEntry()).hasSize(10);
        assertThat(found.getLink("next")).isNotNull();
    }

    @Test
    void each_observation_can_be_read_by_the_id_it_was_found_under() {
        for (var entry : search("Observation?patient=p1&_count=30").getEntry()) {
            var found = (Observation) entry.getResource();
            Observation read = client.read()
                    .resource(Observation.class)
                    .withId(found.getIdElement().getIdPart())
                    .execute();

            assertThat(read.getIdentifierFirstRep().getValue())
                    .isEqualTo(found.getIdentifierFirstRep().getValue());
            assertThat(read.getMeta().getVersionId()).isEqualTo("1");
        }
        assertThat(size("_id="
                        + search("Observation?patient=p2&_count=1")
                                .getEntryFirstRep()
                                .getResource()
                                .getIdElement()
                                .getIdPart()))
                .isEqualTo(1);
        assertThatThrownBy(() -> client.read()
                        .resource(Observation.class)
                        .withId("mon-2.1.1")
                        .execute())
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void patients_devices_and_metrics_are_found_and_read() {
        assertThat(ids("Patient?family=mey")).containsExactly("p1");
        assertThat(ids("Patient?name=ben")).containsExactly("p2");
        assertThat(ids("Patient?identifier=MRN-p2")).containsExactly("p2");
        assertThat(ids("Patient?birthdate=1950")).containsExactly("p1", "p2");
        assertThat(ids("Patient?_sort=-_id&_count=1")).containsExactly("p2");
        assertThat(search("Patient?_summary=count").getTotal()).isEqualTo(2);
        assertThat(ids("Patient?_lastUpdated=gt2026-11-21")).isEmpty();
        assertThat(ids("Device?patient=p1")).containsExactly("mon.u1");
        assertThat(ids("Device?identifier=mon_1")).containsExactly("mon.u1");
        assertThat(ids("DeviceMetric?source=Device/mon-2")).containsExactly("mon-2.1");
        assertThat(ids("DeviceMetric?type=8867-4")).containsExactly("mon-2.1", "mon.u1.1");
        assertThat(client.read()
                        .resource(Patient.class)
                        .withId("p1")
                        .execute()
                        .getNameFirstRep()
                        .getFamily())
                .isEqualTo("Meyer");
        assertThat(client.read()
                        .resource(Device.class)
                        .withId("mon.u1")
                        .execute()
                        .getPatient()
                        .getReference())
                .isEqualTo("Patient/p1");
        assertThat(client.read()
                        .resource(DeviceMetric.class)
                        .withId("mon.u1.4")
                        .execute()
                        .getType()
                        .getText())
                .isEqualTo("Oxygen saturation by pulse oximetry");
    }

    @Test
    void metrics_page_like_everything_else() {
        var seen = new HashSet<String>();
        Bundle page = search("DeviceMetric?_count=2");
        while (true) {
            page.getEntry()
                    .forEach(entry -> assertThat(
                                    seen.add(entry.getResource().getIdElement().getIdPart()))
                            .isTrue());
            if (page.getLink("next") == null) {
                break;
            }
            page = client.loadPage().next(page).execute();
        }

        assertThat(seen).hasSize(7);
    }

    @Test
    void the_capability_statement_is_valid_and_true() {
        CapabilityStatement statement =
                client.capabilities().ofType(CapabilityStatement.class).execute();

        assertThat(FullValidator.errors(statement)).isEmpty();
        for (var resource : statement.getRestFirstRep().getResource()) {
            for (var parameter : resource.getSearchParam()) {
                String value = switch (parameter.getType()) {
                    case DATE -> "2026";
                    case NUMBER, QUANTITY -> "1";
                    case REFERENCE -> "Patient/x";
                    case COMPOSITE -> composite(parameter.getName());
                    default -> "x";
                };
                assertThat(search(resource.getType() + "?" + parameter.getName() + "=" + value))
                        .as(parameter.getName())
                        .isNotNull();
            }
        }
    }

    private static String composite(String name) {
        return name.endsWith("quantity") ? "x$1" : name.endsWith("date") ? "x$2026" : "x$y";
    }

    @Test
    void xml_is_served_where_it_is_asked_for() {
        Bundle found = client.search()
                .byUrl("Observation?patient=p2&_format=xml&_count=3")
                .returnBundle(Bundle.class)
                .execute();

        assertThat(found.getEntry()).hasSize(3);
        assertThat(found.getLink("next").getUrl()).contains("_format=xml");
    }

    @Test
    void waveforms_are_read_and_found_beside_the_readings_in_order_and_once() {
        for (int i = 0; i < 60; i++) {
            for (String kind : List.of("ecg-ii", "pleth")) {
                core.waveforms.accept(waveform("mon_1", "p1", START.plusSeconds(i), kind, 1, 2, 3));
            }
        }

        for (String sort : List.of("date", "-date")) {
            for (int count : new int[] {1, 7, 1000}) {
                List<Observation> all = pages("Observation?_sort=" + sort + "&_count=" + count, 0);
                assertThat(all).hasSize(40 * 4 + 40 + 1 + 120);
                assertThat(all)
                        .extracting(one -> one.getIdElement().getIdPart())
                        .doesNotHaveDuplicates();
            }
        }
        List<Observation> ecg =
                pages("Observation?patient=p1&code=urn:iso:std:iso:11073:10101|131330&_sort=date&_count=25", 0);
        assertThat(ecg).hasSize(60).allMatch(Observation::hasValueSampledData);
        assertThat(pages("Observation?category=procedure&device=mon.u1&date=lt2026-11-21T02:00:10Z", 0))
                .hasSize(20);
        assertThat(pages("Observation?category=vital-signs", 0)).hasSize(40 * 4 + 40 + 1);
        String id = ecg.getFirst().getIdElement().getIdPart();
        assertThat(pages("Observation?_id=" + id, 0)).hasSize(1);
        assertThat(pages(
                        "Observation?identifier="
                                + ecg.getFirst().getIdentifierFirstRep().getValue(),
                        0))
                .hasSize(1);
        assertThat(client.read()
                        .resource(Observation.class)
                        .withId(id)
                        .execute()
                        .getValueSampledData()
                        .getData())
                .isEqualTo("1 2 3");
    }

    @Test
    void a_page_of_long_blocks_ends_early_and_the_next_goes_on() {
        for (int i = 0; i < 45; i++) {
            core.waveforms.accept(waveform("mon_1", "p1", START.plusSeconds(40L * i), "ecg-ii", new int[10_000]));
        }

        Bundle first = client.search()
                .byUrl("Observation?code=131330&_count=1000")
                .returnBundle(Bundle.class)
                .execute();
        assertThat(first.getEntry()).hasSize(20);
        assertThat(pages("Observation?code=131330&_count=1000", 0)).hasSize(45);
    }

    private List<Observation> pages(String query, int newPerPage) {
        var all = new ArrayList<Observation>();
        Bundle page = search(query);
        int n = 0;
        while (true) {
            page.getEntry().forEach(entry -> all.add((Observation) entry.getResource()));
            if (page.getLink("next") == null) {
                return all;
            }
            for (int i = 0; i < newPerPage; i++) {
                n++;
                core.readings.accept(
                        reading("mon_1", "p1", START.plusSeconds(1_000 + n), number("heart-rate", "99")),
                        reading("mon-2", "p2", START.plusSeconds(10).plusNanos(n * 1_000L), number("spo2", "95")));
            }
            page = client.loadPage().next(page).execute();
        }
    }

    private Bundle search(String query) {
        return client.search().byUrl(query).returnBundle(Bundle.class).execute();
    }

    private List<String> ids(String query) {
        return search(query).getEntry().stream()
                .map(entry -> entry.getResource().getIdElement().getIdPart())
                .toList();
    }

    private int size(String query) {
        return search("Observation?_count=1000&" + query).getEntry().size();
    }

    private void assertRefused(String query, String named) {
        assertThatThrownBy(() -> search(query)).isInstanceOfSatisfying(InvalidRequestException.class, refused -> {
            var outcome = (OperationOutcome) refused.getOperationOutcome();
            assertThat(outcome).as(query).isNotNull();
            assertThat(outcome.getIssueFirstRep().getDiagnostics()).as(query).startsWith(named + ":");
            assertThat(refused.getResponseBody()).as(query).doesNotContain("Secretname");
        });
    }
}
