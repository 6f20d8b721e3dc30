package org.fieldward.core.distribution.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.fhir.StoredReadings.absent;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.time.Instant;
import java.util.List;
import org.fieldward.core.distribution.FakeCore;
import org.fieldward.core.distribution.HttpDoor;
import org.fieldward.core.fhir.FullValidator;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Unit;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.PositiveIntType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.UriType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows, the last of each code and statistics, as somebody else's client gets them. */
class WindowOperationsTest {

    private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");
    private static final String RANGE = "&date=ge2026-11-21T02:00:00Z&date=lt2026-11-21T02:03:00Z";

    private final FakeCore core = new FakeCore();
    private HttpDoor door;
    private IGenericClient client;

    @BeforeEach
    void open() {
        core.admit("p1", "Meyer", "Anna", "mon-1", "Bed 1");
        core.admit("p2", "Okafor", "Ben", "mon-2", "Bed 2");
        // Three minutes: measured every second, every other second with the finger off, not at all.
        for (int i = 0; i < 120; i++) {
            core.readings.accept(
                    reading(
                            "mon-1",
                            "p1",
                            START.plusSeconds(i),
                            number("heart-rate", Integer.toString(60 + i % 10)),
                            number("temperature", i % 2 == 0 ? "36.9" : "37"),
                            i >= 60 && i % 2 == 1 ? absent("spo2", AbsentReason.NOT_PERFORMED) : number("spo2", "97")),
                    reading("mon-2", "p2", START.plusSeconds(i), number("heart-rate", "88")));
        }
        core.readings.accept(reading(
                "mon-1",
                "p1",
                START.plusMillis(500),
                number("systolic", "120"),
                number("mean-arterial-pressure", "93")));
        door = core.door();
        var context = FullValidator.CONTEXT;
        context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
        client = context.newRestfulGenericClient("http://127.0.0.1:" + door.port() + "/fhir");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private List<Observation> ask(String operation) {
        String base = "http://127.0.0.1:" + door.port() + "/fhir/Observation/";
        Bundle bundle = client.search()
                .byUrl(base + operation)
                .returnBundle(Bundle.class)
                .execute();
        return bundle.getEntry().stream()
                .map(entry -> (Observation) entry.getResource())
                .toList();
    }

    private static ObservationComponentComponent component(Observation observation, String code) {
        return observation.getComponent().stream()
                .filter(one -> one.getCode().getCodingFirstRep().getCode().equals(code))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_minute_of_readings_is_one_observation_that_is_valid_against_its_profile() {
        List<Observation> windows = ask("$window?patient=p1&period=1min" + RANGE);

        assertThat(windows).hasSize(3 * 2 + 1);
        for (Observation window : windows) {
            assertThat(FullValidator.errors(window))
                    .as(window.getCode().getText())
                    .isEmpty();
            assertThat(window.getMeta().getProfile()).hasSize(1);
            assertThat(window.getStatus()).isEqualTo(ObservationStatus.FINAL);
        }
        Observation heart = windows.getFirst();
        assertThat(heart.getMethod().getCodingFirstRep().getCode()).isEqualTo("average");
        assertThat(heart.getValueQuantity().getValue()).isEqualByComparingTo("64.50");
        assertThat(heart.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-11-21T02:00:00.000Z");
        Period span = (Period) heart.getEffectiveDateTimeType()
                .getExtensionByUrl(WindowMaker.SPAN)
                .getValue();
        assertThat(span.getEndElement().getValueAsString()).isEqualTo("2026-11-21T02:01:00.000Z");
        assertThat(component(heart, "minimum").getValueQuantity().getValue()).isEqualByComparingTo("60");
        assertThat(component(heart, "maximum").getValueQuantity().getValue()).isEqualByComparingTo("69");
        assertThat(component(heart, "median").getValueQuantity().getValue()).isEqualByComparingTo("64.5");
        assertThat(component(heart, "count").getValueIntegerType().getValue()).isEqualTo(60);
        assertThat(component(heart, "coverage").getValueQuantity().getValue()).isEqualByComparingTo("100");
    }

    @Test
    void what_was_not_measured_is_not_made_up() {
        List<Observation> saturation = ask("$window?patient=p1&code=2708-6&period=1min" + RANGE);

        assertThat(saturation).hasSize(2);
        assertThat(component(saturation.get(1), "coverage").getValueQuantity().getValue())
                .isEqualByComparingTo("50");
        assertThat(component(saturation.get(1), "count").getValueIntegerType().getValue())
                .isEqualTo(30);

        List<Observation> off = ask("$window?patient=p1&code=2708-6&period=1s&date=ge2026-11-21T02:01:01Z"
                + "&date=lt2026-11-21T02:01:02Z");
        assertThat(off).hasSize(1);
        assertThat(off.getFirst().hasValue()).isFalse();
        assertThat(off.getFirst().getDataAbsentReason().getCodingFirstRep().getCode())
                .isEqualTo("not-performed");
        assertThat(FullValidator.errors(off.getFirst())).isEmpty();
        assertThat(ask("$window?patient=p1&period=1min&date=2026-11-20")).isEmpty();
    }

    @Test
    void a_panel_has_its_components_and_their_statistics_by_name() {
        Observation pressure =
                ask("$window?patient=p1&code=85354-9&period=1h" + RANGE).getFirst();

        assertThat(component(pressure, "8480-6").getValueQuantity().getValue()).isEqualByComparingTo("120");
        assertThat(component(pressure, "8462-4")
                        .getDataAbsentReason()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("unknown");
        assertThat(component(pressure, "count-systolic").getValueIntegerType().getValue())
                .isEqualTo(1);
        assertThat(component(pressure, "coverage-mean-arterial-pressure")
                        .getValueQuantity()
                        .getValue())
                .isEqualByComparingTo("0.56");
        assertThat(FullValidator.errors(pressure)).isEmpty();
    }

    @Test
    void as_sampled_data_every_slot_is_a_point_and_an_empty_one_says_so() {
        List<Observation> sampled = ask("$window?patient=p1&as=sampled&every=1s&period=1min" + RANGE);

        assertThat(sampled).allSatisfy(one -> {
            assertThat(FullValidator.errors(one)).isEmpty();
            assertThat(one.getValueSampledData().getData().split(" ")).hasSize(60);
        });
        Observation temperature = sampled.stream()
                .filter(one -> one.getCode().getText().equals("Body temperature"))
                .findFirst()
                .orElseThrow();
        assertThat(temperature.getValueSampledData().getData()).startsWith("369 370 369 370");
        assertThat(temperature.getValueSampledData().getFactor()).isEqualByComparingTo("0.1");
        assertThat(temperature.getValueSampledData().getPeriod()).isEqualByComparingTo("1000");
        assertThat(temperature.getEffectivePeriod().getStartElement().getValueAsString())
                .isEqualTo("2026-11-21T02:00:00.000Z");
        Observation saturation = sampled.stream()
                .filter(one -> one.getCode().getText().startsWith("Oxygen"))
                .toList()
                .get(1);
        assertThat(saturation.getValueSampledData().getData()).startsWith("97 E 97 E 97");
    }

    @Test
    void units_that_differ_are_not_put_together() {
        core.readings.accept(
                reading("mon-1", "p1", START.plusSeconds(150), number("temperature", "99.1", Unit.FAHRENHEIT)));

        List<Observation> day = ask("$window?patient=p1&code=8310-5&period=1h" + RANGE);

        assertThat(day).extracting(one -> one.getValueQuantity().getCode()).containsExactlyInAnyOrder("Cel", "[degF]");
        assertThat(day).allSatisfy(one -> assertThat(FullValidator.errors(one)).isEmpty());
        assertThat(day)
                .extracting(one -> one.getIdentifierFirstRep().getValue())
                .doesNotHaveDuplicates();
    }

    @Test
    void what_cannot_be_asked_of_windows_is_refused_by_name() {
        for (String wrong : List.of(
                "patient=p1&period=1min",
                "period=1min" + RANGE,
                "patient=p1&period=0s" + RANGE,
                "patient=p1&period=soon" + RANGE,
                "patient=p1&as=poem" + RANGE,
                "patient=p1&every=2h&period=1h" + RANGE,
                "patient=p1&status=final" + RANGE,
                "patient=p1&_count=3" + RANGE,
                "patient=p1&_include=Observation:subject" + RANGE,
                "patient=p1&date=ge2026-11-21",
                "patient=p1&period=1s&date=2026")) {
            assertThatThrownBy(() -> ask("$window?" + wrong)).as(wrong).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> client.operation()
                        .onType(Observation.class)
                        .named("$window")
                        .withNoParameters(Parameters.class)
                        .execute())
                .isInstanceOf(MethodNotAllowedException.class);
    }

    @Test
    void the_last_of_each_code_are_told_newest_first() {
        List<Observation> last = ask("$lastn?patient=p1&category=vital-signs");

        assertThat(last)
                .extracting(one -> one.getCode().getText())
                .containsExactlyInAnyOrder(
                        "Heart rate",
                        "Body temperature",
                        "Oxygen saturation by pulse oximetry",
                        "Blood pressure panel");
        assertThat(last.getFirst().getEffectiveDateTimeType().getValueAsString())
                .isEqualTo("2026-11-21T02:01:59.000000Z");
        List<Observation> three = ask("$lastn?subject=Patient/p1&code=8867-4&max=3");
        assertThat(three)
                .extracting(one -> one.getEffectiveDateTimeType().getValueAsString())
                .containsExactly(
                        "2026-11-21T02:01:59.000000Z", "2026-11-21T02:01:58.000000Z", "2026-11-21T02:01:57.000000Z");
        assertThat(ask("$lastn?patient=p1,p2&code=8867-4&max=1")).hasSize(2);
        assertThat(ask("$lastn?patient=p9")).isEmpty();
        for (String wrong :
                List.of("code=8867-4", "patient=p1&max=0", "patient=p1&_count=3", "patient=p1&colour=red")) {
            assertThatThrownBy(() -> ask("$lastn?" + wrong)).as(wrong).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void statistics_are_told_by_code_whether_asked_in_the_address_or_in_a_body() {
        Parameters asked = new Parameters();
        asked.addParameter().setName("subject").setValue(new UriType("Patient/p1"));
        asked.addParameter().setName("coding").setValue(new Coding("http://loinc.org", "8867-4", ""));
        asked.addParameter().setName("code").setValue(new CodeType("8480-6"));
        asked.addParameter()
                .setName("period")
                .setValue(new Period()
                        .setStartElement(new DateTimeType("2026-11-21T02:00:00Z"))
                        .setEndElement(new DateTimeType("2026-11-21T02:00:59Z")));
        for (String statistic : List.of("average", "maximum", "count", "std-dev", "20-percent")) {
            asked.addParameter().setName("statistic").setValue(new CodeType(statistic));
        }
        asked.addParameter().setName("include").setValue(new BooleanType(true));
        asked.addParameter().setName("limit").setValue(new PositiveIntType(3));

        Parameters answer = client.operation()
                .onType(Observation.class)
                .named("$stats")
                .withParameters(asked)
                .execute();

        List<Observation> statistics = resources(answer, "statistics");
        assertThat(statistics)
                .hasSize(2)
                .allSatisfy(one -> assertThat(FullValidator.errors(one)).isEmpty());
        Observation heart = statistics.stream()
                .filter(one -> one.getCode().getCodingFirstRep().getCode().equals("8867-4"))
                .findFirst()
                .orElseThrow();
        assertThat(component(heart, "average").getValueQuantity().getValue()).isEqualByComparingTo("64.50");
        assertThat(component(heart, "count").getValueQuantity().getValue()).isEqualByComparingTo("60");
        assertThat(component(heart, "maximum").getValueQuantity().getCode()).isEqualTo("/min");
        assertThat(heart.getSubject().getReference()).isEqualTo(new Reference("Patient/p1").getReference());
        assertThat(resources(answer, "source")).hasSize(3);

        Parameters byAddress = client.fetchResourceFromUrl(
                Parameters.class,
                "http://127.0.0.1:" + door.port()
                        + "/fhir/Observation/$stats?subject=Patient/p1&code=8867-4&duration=1.5&statistic=count,median");
        assertThat(component(resources(byAddress, "statistics").getFirst(), "count")
                        .getValueQuantity()
                        .getValue())
                .isEqualByComparingTo("120");
        for (String wrong : List.of(
                "code=8867-4&duration=1&statistic=count",
                "subject=p1&duration=1&statistic=count",
                "subject=p1&code=8867-4&statistic=count",
                "subject=p1&code=8867-4&duration=x&statistic=count",
                "subject=p1&code=8867-4&duration=1&statistic=regression",
                "subject=p1&code=8867-4&duration=1&colour=red&statistic=count",
                "subject=p1&code=8867-4&duration=1")) {
            assertThatThrownBy(() -> client.fetchResourceFromUrl(
                            Parameters.class, "http://127.0.0.1:" + door.port() + "/fhir/Observation/$stats?" + wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    private static List<Observation> resources(Parameters answer, String name) {
        return answer.getParameter().stream()
                .filter(one -> one.getName().equals(name))
                .map(one -> (Observation) one.getResource())
                .toList();
    }
}
