package org.fieldward.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Ports;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.fleet.Fleet;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Pace;
import org.fieldward.simulator.fleet.Ward;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.patient.Scenario;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The central station's page, in a real browser, over a real core and gateway, with two patients who are measured. */
class ConsoleTest {

    /** One object a card, in the order of the page. */
    private static final String CARDS = "[...document.querySelectorAll('.card')].map((card) => {"
            + " const of = (name) => card.querySelector(name)?.textContent ?? '';"
            + " return { bed: of('.place'), name: of('.name'), device: of('.device'),"
            + " rate: of('.heart .number'), unit: of('.heart .unit'), age: of('.heart .age'),"
            + " numbers: [...card.querySelectorAll('.number')].map((one) => one.textContent).join(' ') }; })";

    private static final String MEASURED =
            "((cards) => cards.length === 2 && cards.every((card) => card.rate) && cards)(" + CARDS + ")";

    @TempDir
    Path folder;

    @Test
    void the_page_shows_every_patient_with_moving_values_their_age_and_the_gateway_and_complains_of_nothing()
            throws IOException {
        Optional<String> program = Browser.installed();
        assumeTrue(program.isPresent(), "no chromium is installed");
        Install install = new Install.OfThisProcess();
        try (Core core = Core.start(install, folder.resolve("core"), Ports.free(), Map.of());
                Gateway gateway = Gateway.prepare(
                        install,
                        folder.resolve("gateway"),
                        core.intakePort(),
                        core.admit("ward-7"),
                        List.of("bed-01", "bed-02"),
                        Map.of())) {
            gateway.start();
            CoreApi api = core.api();
            admit(api, "p-1", "Ferrari", "Elio", "bed-01", "Bed 10");
            admit(api, "p-2", "Lindqvist", "Per", "bed-02", "Bed 2");
            try (Evidence evidence = Evidence.open(folder.resolve("evidence"), InstantSource.system());
                    Fleet fleet = new Fleet(settings(gateway), evidence, System::nanoTime);
                    Browser browser = new Browser(program.get(), folder)) {
                fleet.start(twoPatients());
                browser.open(api.address());

                JsonNode cards = browser.await(MEASURED);
                assertThat(cards.findValuesAsText("bed")).containsExactly("Bed 2", "Bed 10");
                assertThat(cards.findValuesAsText("name")).containsExactly("Lindqvist, Per", "Ferrari, Elio");
                assertThat(cards.findValuesAsText("device")).containsExactly("bed-02 · ward-7", "bed-01 · ward-7");
                assertThat(cards.findValuesAsText("rate"))
                        .allSatisfy(rate -> assertThat(Integer.parseInt(rate)).isBetween(30, 200));
                assertThat(cards.findValuesAsText("unit")).containsOnly("/min");
                assertThat(cards.findValuesAsText("age")).allMatch(age -> age.matches("\\d{1,2} s"));
                browser.await(movedFrom(cards));
                assertThat(browser.await("document.getElementById('link').textContent.includes('● live') && "
                                        + "document.getElementById('gateways').textContent.includes('ward-7') && "
                                        + "document.getElementById('gateways').textContent")
                                .asText())
                        .contains("● ward-7", "backlog");
                assertThat(browser.complaints()).isEmpty();
                what_is_smuggled_into_the_page_does_not_run(browser);
            }
        }
    }

    /** Shows as well that the browser would have complained. */
    private static void what_is_smuggled_into_the_page_does_not_run(Browser browser) {
        browser.await("(document.body.append(Object.assign(document.createElement('script'),"
                + " { textContent: \"document.title = 'changed'\" })), true)");
        assertThat(browser.await("document.title").asText()).isEqualTo("Fieldward: central station");
        assertThat(browser.complaints()).singleElement().asString().contains("Content Security Policy");
    }

    /** True once each patient shows other numbers than these. */
    private static String movedFrom(JsonNode cards) {
        return "((then) => " + CARDS + ".every((card, i) => card.numbers !== then[i].numbers))(" + cards + ")";
    }

    private static void admit(CoreApi api, String patient, String family, String given, String device, String bed) {
        api.admit(patient, Map.of("identifier", patient, "family", family, "given", given, "gender", "unknown"));
        api.place(device, bed);
        api.bind(device, patient, Instant.now().minusSeconds(60));
    }

    private static FleetSettings settings(Gateway gateway) {
        return FleetSettings.usual(
                org.fieldward.simulator.fleet.Gateway.plain("127.0.0.1", gateway.mqttPort()),
                device -> Optional.of(new Secret(gateway.password(device.name()))));
    }

    private static Map<DeviceId, Iterator<Message>> twoPatients() {
        var rhythm = new Rhythm(Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofMinutes(1));
        return new Ward(
                        List.of(Scenario.STABLE, Scenario.STABLE),
                        "bed-",
                        new Pace(Instant.now(), 1),
                        Duration.ofMinutes(2),
                        rhythm,
                        Misbehaviour.NONE,
                        7)
                .feeds(PayloadFormat.JSON);
    }
}
