package org.fieldward.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.comparison.ComparisonResult;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.fleet.Pace;
import org.fieldward.simulator.fleet.Replay;
import org.fieldward.simulator.fleet.Ward;
import org.fieldward.simulator.patient.PatientPlan;
import org.fieldward.simulator.patient.Scenario;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.recording.Recording;
import org.fieldward.simulator.sample.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What the whole promises: real processes, real MQTT, a wire that is cut, a gateway that is killed. */
class EndToEndTest {

    private static final Path VITALS = Path.of(System.getProperty("fieldward.shared", "none"), "data", "vitals");
    private static final Duration SETTLE = Duration.ofMinutes(1);
    private static final String LONG_RECORD = "mimic-32h";
    private static final String REBOUND = "bed-x-01";
    private static final String PROVEN = "bed-y-01";
    private static final String CARRIED = "bed-z-01";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Deque<AutoCloseable> STARTED = new ArrayDeque<>();

    private static House house;
    private static CoreApi api;

    @BeforeAll
    static void build() throws IOException {
        var devices = new ArrayList<>(List.of(LONG_RECORD, REBOUND, PROVEN, CARRIED));
        recordedDevices().forEach((device, file) -> devices.add(device));
        house = new House(folder, devices, STARTED);
        api = house.core.api();
    }

    @AfterAll
    static void takeDown() throws Exception {
        while (!STARTED.isEmpty()) {
            STARTED.pop().close();
        }
    }

    @Test
    void recorded_patients_arrive_once_each_through_two_cuts_and_a_kill() throws IOException {
        assumeTrue(Files.isDirectory(VITALS), "the recorded vital signs are not here");
        Instant start = Instant.now().minus(Duration.ofHours(40)).truncatedTo(ChronoUnit.SECONDS);
        Map<DeviceId, Recording> eightMinutes = new LinkedHashMap<>();
        recordedDevices().forEach((device, file) -> eightMinutes.put(new DeviceId(device), Recording.read(file)));
        Recording day = Recording.read(VITALS.resolve("mimic2-s00001-32h.csv"));
        // One of the recordings begins a second before its own zero.
        Stream.concat(eightMinutes.keySet().stream().map(DeviceId::name), Stream.of(LONG_RECORD))
                .forEach(device -> admit("p-" + device, device, start.minusSeconds(60)));
        assertThat(eightMinutes).hasSize(12);

        // About twelve seconds for each: 480 s at 40 times, 32 h at 9,600 times their own pace.
        Map<DeviceId, Iterator<Message>> feeds = new HashMap<>(
                new Replay(new Pace(start, 40), Misbehaviour.NONE, 1).feeds(eightMinutes, PayloadFormat.JSON));
        feeds.putAll(new Replay(new Pace(start, 9_600), Misbehaviour.NONE, 1)
                .feeds(Map.of(new DeviceId(LONG_RECORD), day), PayloadFormat.SENML));
        ComparisonResult result;
        try (House.Run run = house.run("recorded", feeds)) {
            run.awaitAcknowledged(1_000);
            house.wire.become(LinkProxy.State.CUT);
            run.awaitAcknowledged(2_500);
            house.wire.become(LinkProxy.State.OPEN);
            run.awaitAcknowledged(3_500);
            house.gateway.process().kill();
            house.gateway.start();
            run.awaitAcknowledged(5_000);
            house.wire.become(LinkProxy.State.HALF_OPEN);
            run.awaitAcknowledged(6_500);
            house.wire.become(LinkProxy.State.CUT);
            house.wire.become(LinkProxy.State.OPEN);
            assertThat(run.fleet.awaitDone(SETTLE))
                    .as("the devices said everything")
                    .isTrue();
            result = run.compare(SETTLE);
        }

        System.out.println("recorded patients, end to end: " + result.claims() + " " + result.disagreement());
        assertThat(result.findings()).isEmpty();
        assertThat(result.claims().acked())
                .isEqualTo(day.values()
                        + eightMinutes.values().stream()
                                .mapToLong(Recording::values)
                                .sum());
        assertThat(result.disagreement()).isEqualTo(new ComparisonResult.Disagreement(0, 0, 0, 0));
        assertThat(house.gateway.command("verify")).contains("ok");
        zeros_of_a_sensor_that_is_off_are_served_as_absent();
    }

    private void zeros_of_a_sensor_that_is_off_are_served_as_absent() {
        int absent = 0;
        int numbers = 0;
        Optional<String> page = Optional.of("fhir/Observation?patient=p-" + LONG_RECORD + "&code=2708-6&_count=500");
        while (page.isPresent()) {
            JsonNode bundle = api.get(page.get());
            for (JsonNode entry : bundle.path("entry")) {
                JsonNode observation = entry.path("resource");
                if (observation.has("dataAbsentReason")) {
                    assertThat(observation.at("/dataAbsentReason/coding/0/code").asText())
                            .isEqualTo("not-performed");
                    assertThat(observation.has("valueQuantity")).isFalse();
                    absent++;
                } else {
                    assertThat(observation.at("/valueQuantity/value").asDouble())
                            .isPositive();
                    numbers++;
                }
            }
            page = next(bundle);
        }
        assertThat(absent).as("zeros of SpO2 in the record").isEqualTo(363);
        assertThat(numbers).as("other values of SpO2").isEqualTo(1936 - 363);
    }

    @Test
    void readings_measured_before_a_bed_was_bound_anew_go_to_the_earlier_patient_also_when_they_arrive_after()
            throws IOException {
        Instant start = Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.SECONDS);
        Instant handover = start.plusSeconds(60);
        long first = admit("p-earlier", REBOUND, start);
        api.endBinding(first, handover);
        admitPatient("p-later");
        api.bind(REBOUND, "p-later", handover);

        // Two minutes of readings, all of which arrive now, hours after the bed was bound anew.
        try (House.Run run = house.run("rebound", oneBed(REBOUND, start, Duration.ofMinutes(2)))) {
            assertThat(run.fleet.awaitDone(SETTLE)).isTrue();
            assertThat(run.compare(SETTLE).findings()).isEmpty();
        }

        assertThat(heartRates("p-earlier"))
                .hasSize(60)
                .allSatisfy(at -> assertThat(at).isBefore(handover));
        assertThat(heartRates("p-later"))
                .hasSize(60)
                .allSatisfy(at -> assertThat(at).isAfterOrEqualTo(handover));
    }

    @Test
    void a_stick_carries_what_no_link_does_and_nothing_is_doubled_when_the_link_is_back() throws IOException {
        Instant start = Instant.now().minus(Duration.ofHours(4)).truncatedTo(ChronoUnit.SECONDS);
        admit("p-carried", CARRIED, start);
        String stick = Files.createDirectories(folder.resolve("stick")).toString();
        house.wire.become(LinkProxy.State.CUT);
        try (House.Run run = house.run("carried", oneBed(CARRIED, start, Duration.ofMinutes(2)))) {
            assertThat(run.fleet.awaitDone(SETTLE)).isTrue();
            assertThat(house.gateway.command("export", "--to", stick)).contains("Only the core can read them");
            assertThat(house.core.command("import", stick)).contains("receipt: ");
            assertThat(house.core.command("import", stick)).contains(" 0 records new");
            assertThat(run.compare(SETTLE).findings()).as("without any link").isEmpty();

            assertThat(house.gateway.command("export", "--to", stick)).contains("the core holds ");
            house.wire.become(LinkProxy.State.OPEN);
            house.gateway.awaitStatus(status -> status.at("/core/link").asText().equals("up"), SETTLE);
            assertThat(run.compare(SETTLE).findings()).as("with the link again").isEmpty();
        } finally {
            house.wire.become(LinkProxy.State.OPEN);
        }
    }

    @Test
    void what_was_recorded_at_the_gateway_without_a_link_takes_effect_once_through_a_kill_and_its_ward_hears_of_it()
            throws Exception {
        var ward = new RecordingWard(house.gateway);
        house.wire.become(LinkProxy.State.CUT);
        try {
            ward.login();
            assertThat(ward.record("adm-1", RecordingWard.ADMISSION)).isEqualTo("202 kept");
            assertThat(ward.record("lab-1", RecordingWard.LAB)).isEqualTo("202 kept");
            assertThat(ward.record("lab-2", RecordingWard.LAB.replace("mrn-501", "mrn-none")))
                    .isEqualTo("202 kept");
            assertThat(ward.send("M-77")).isEqualTo("MSA|AA|M-77");
            house.gateway.process().kill();
            house.gateway.start();
            assertThat(ward.record("lab-1", RecordingWard.LAB)).isEqualTo("200 kept");
            assertThat(ward.send("M-77")).isEqualTo("MSA|AA|M-77");
            house.wire.become(LinkProxy.State.OPEN);

            assertThat(ward.awaitSettled(4, SETTLE))
                    .containsExactly(
                            "adm-1 taken",
                            "lab-1 taken",
                            "lab-2 refused: patient must be known, or an admission must bring person beside identifier",
                            "M-77 taken");
        } finally {
            house.wire.become(LinkProxy.State.OPEN);
        }

        assertThat(api.get("api/v1/recorded").path("recorded")).hasSize(4);
        JsonNode patient = api.get("fhir/Patient?identifier=mrn-501").at("/entry/0/resource");
        assertThat(patient.at("/name/0/family").asText()).isEqualTo("Okello");
        assertThat(api.get("fhir/DiagnosticReport?patient=" + patient.path("id").asText())
                        .path("entry"))
                .hasSize(1);
        JsonNode arrivals = api.get("api/v1/arrivals").path("arrivals");
        assertThat(arrivals).hasSize(1);
        assertThat(arrivals.path(0).path("source").asText()).isEqualTo("gateway/ward-7");

        // Somebody says who it is and tries it again: the ward hears that, too.
        api.post("api/v1/events", RecordingWard.admission("mrn-none"));
        long waiting = api.get("api/v1/recorded?state=refused")
                .at("/recorded/0/number")
                .asLong();
        assertThat(api.post("api/v1/recorded/" + waiting + "/replay", Map.of())
                        .path("state")
                        .asText())
                .isEqualTo("taken");
        assertThat(ward.await(states -> states.contains("lab-2 taken"), SETTLE)).contains("lab-2 taken");
    }

    @Test
    void a_proof_is_accepted_by_a_stranger_and_refused_after_one_changed_bit() throws IOException {
        Instant start = Instant.now().minus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        admit("p-proven", PROVEN, start);
        try (House.Run run = house.run("proven", oneBed(PROVEN, start, Duration.ofSeconds(30)))) {
            assertThat(run.fleet.awaitDone(SETTLE)).isTrue();
            assertThat(run.compare(SETTLE).findings()).isEmpty();
        }
        JsonNode observation = api.get("fhir/Observation?patient=p-proven&code=8867-4&_count=1")
                .at("/entry/0/resource");
        JsonNode proof = api.await(
                "fhir/Observation/" + observation.path("id").asText() + "/$proof",
                answer -> house.chain.isEmpty() || answer.path("anchors").size() > 0,
                Duration.ofSeconds(30));
        String key =
                house.core.command("ledger", "key").lines().reduce((a, b) -> b).orElseThrow();

        Path good = Files.writeString(folder.resolve("proof.json"), proof.toString());
        if (house.chain.isPresent()) {
            assertThat(house.core.command(
                            "verify",
                            good.toString(),
                            "--key",
                            key,
                            "--chain",
                            house.chain.get().url()))
                    .contains("accepted")
                    .contains("found");
        } else {
            System.out.println("no chain here (Node or npm is missing): the proof is checked without one");
            assertThat(house.core.command("verify", good.toString(), "--key", key))
                    .contains("accepted");
        }
        assertThat(stranger(good, key)).as("an independent program accepts it").isZero();
        for (String member : List.of("record", "salt", "proof")) {
            Path bad = Files.writeString(
                    folder.resolve("bad-" + member + ".json"),
                    changed(proof, member).toString());
            assertThat(stranger(bad, key)).as("a changed " + member).isNotZero();
        }
    }

    /** Python's standard library and openssl, and nothing of ours but the page that says how. */
    private static int stranger(Path proof, String key) {
        assumeTrue(isThere("python3", "--version") && isThere("openssl", "version"), "python3 or openssl is not here");
        Path program = Path.of(System.getProperty("fieldward.root"), "docs", "verify_proof.py");
        try (RunningPart python = RunningPart.start(
                "verify_proof.py",
                List.of("python3", program.toString(), proof.toString(), key),
                folder.resolve("python.log"))) {
            return python.awaitEnd(Duration.ofSeconds(30));
        }
    }

    private static boolean isThere(String... command) {
        try {
            RunningPart.run(command[0], List.of(command), folder.resolve("which.log"), Duration.ofSeconds(10));
            return true;
        } catch (PartException e) {
            return false;
        }
    }

    private static ObjectNode changed(JsonNode proof, String member) {
        ObjectNode copy = proof.deepCopy();
        String text = copy.path(member).asText();
        if (member.equals("proof")) {
            // One bit in the checkpoint's root hash, which is base64 on the line after the tree size.
            String[] lines = text.split("\n", -1);
            int note = List.of(lines).indexOf("") + 1;
            byte[] root = Base64.getDecoder().decode(lines[note + 2]);
            root[7] ^= 1;
            lines[note + 2] = Base64.getEncoder().encodeToString(root);
            copy.put(member, String.join("\n", lines));
        } else {
            byte[] bytes = Base64.getDecoder().decode(text);
            bytes[bytes.length / 2] ^= 1;
            copy.put(member, Base64.getEncoder().encodeToString(bytes));
        }
        return copy;
    }

    private static List<Instant> heartRates(String patient) {
        var times = new ArrayList<Instant>();
        Optional<String> page = Optional.of("fhir/Observation?patient=" + patient + "&code=147842&_count=50");
        while (page.isPresent()) {
            JsonNode bundle = api.get(page.get());
            bundle.path("entry")
                    .forEach(entry -> times.add(Instant.parse(
                            entry.at("/resource/effectiveDateTime").asText())));
            page = next(bundle);
        }
        return times;
    }

    private static Optional<String> next(JsonNode bundle) {
        for (JsonNode link : bundle.path("link")) {
            if (link.path("relation").asText().equals("next")) {
                return Optional.of(link.path("url").asText());
            }
        }
        return Optional.empty();
    }

    private static Map<DeviceId, Iterator<Message>> oneBed(String device, Instant start, Duration length) {
        return new Ward(
                        List.of(Scenario.STABLE),
                        device.substring(0, device.length() - 2),
                        Pace.asFastAsAcknowledged(start),
                        length,
                        PatientPlan.Rhythm.USUAL,
                        Misbehaviour.NONE,
                        7)
                .feeds(PayloadFormat.JSON);
    }

    private static long admit(String patient, String device, Instant from) {
        admitPatient(patient);
        api.place(device, device);
        return api.bind(device, patient, from);
    }

    private static void admitPatient(String patient) {
        api.admit(patient, Map.of("identifier", patient, "family", "Doe", "given", "Jo", "gender", "unknown"));
    }

    /** Device name to its file: the twelve patients of eight minutes each. */
    private static Map<String, Path> recordedDevices() throws IOException {
        if (!Files.isDirectory(VITALS)) {
            return Map.of();
        }
        Map<String, Path> devices = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(VITALS.resolve("bidmc"))) {
            files.filter(file -> file.getFileName().toString().endsWith("_Numerics.csv"))
                    .sorted()
                    .forEach(file -> devices.put(
                            file.getFileName()
                                    .toString()
                                    .replace("_Numerics.csv", "")
                                    .replace('_', '-'),
                            file));
        }
        return devices;
    }
}
