package org.fieldward.core.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.app.file.PrivateFiles;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The door of hospital systems as they meet it: a whole core, over HTTP and MLLP. */
class HospitalsTest {

    private static final String TOKEN = "a-token-of-twenty-characters";
    private static final String KEY = "a-shared-key-of-some-length";
    private static final String LOGIN = "cerner:a-long-password-1";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static PGSimpleDataSource database;
    private static CloudCore core;
    private static SqlChart chart;
    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        secret("epic.token", TOKEN);
        secret("lab.key", KEY);
        secret("cerner.login", LOGIN);
        Files.writeString(folder.resolve("app.json"), mapping("$.wrong"));
        Path file = Files.writeString(folder.resolve("sources.properties"), """
                source.epic.facilities=ward-3,clinic-1
                source.epic.format=hl7v2
                source.epic.bearer-file=epic.token
                source.epic.sender=EPIC
                source.epic.mllp-addresses=127.0.0.1
                source.lab.facilities=ward-3
                source.lab.format=fhir
                source.lab.hmac-file=lab.key
                source.cerner.facilities=*
                source.cerner.format=fhir
                source.cerner.basic-file=cerner.login
                source.slow.facilities=ward-3
                source.slow.format=fhir
                source.slow.basic-file=cerner.login
                source.slow.per-minute=1
                source.app.facilities=ward-3
                source.app.format=json
                source.app.mapping=app.json
                source.app.bearer-file=epic.token
                source.proxied.facilities=ward-3
                source.proxied.format=fhir
                source.proxied.certificate-fingerprint=%s
                """.formatted("ab".repeat(32)));
        Settings settings = TestDatabase.settings(folder.resolve("data"))
                .with(Key.WEBHOOKS_SOURCES_FILE, file.toString())
                .with(Key.WEBHOOKS_PROXIES, "127.0.0.1")
                .with(Key.WEBHOOKS_MLLP_PORT, "0");
        core = new CloudCore(settings);
        database = new PGSimpleDataSource();
        database.setURL(settings.text(Key.DATABASE_URL));
        database.setUser(settings.text(Key.DATABASE_USER));
        database.setPassword(settings.databasePassword().reveal());
        chart = new SqlChart(database, Clock.systemUTC(), RandomGenerator.getDefault(), List.of());
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        core.close();
    }

    private static void secret(String name, String value) throws IOException {
        PrivateFiles.write(folder.resolve(name), value + "\n");
    }

    private static String mapping(String mrn) {
        return """
               {"resources": [{"name": "patient", "resource": {"resourceType": "Patient",
                 "identifier": [{"system": "urn:test:mrn", "value": {"$path": "%s", "required": true}}]}}]}
               """.formatted(mrn);
    }

    private static String admission(String control, String mrn, String event) {
        return "MSH|^~\\&|EPIC|HOSP|CORE|FW|20261121080000+0300||ADT^" + event + "|" + control + "|P|2.5.1\r"
                + "EVN|" + event + "|20261121080000+0300\r"
                + "PID|1||" + mrn + "^^^MRN&1.2.3&ISO^MR||Doe^Jane||19800102|F\r"
                + "PV1|1|I|ICU^1^2||||||||||||||||V" + mrn + "^^^VISIT&1.2.4&ISO^VN\r";
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + core.httpPort() + path));
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> hl7(String message) throws Exception {
        return send(to("/webhooks/epic/ward-3")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "x-application/hl7-v2+er7")
                .POST(BodyPublishers.ofString(message))
                .build());
    }

    private static HttpResponse<String> basic(String path, String body) throws Exception {
        String login = Base64.getEncoder().encodeToString(LOGIN.getBytes(StandardCharsets.UTF_8));
        return send(to(path).header("Authorization", "Basic " + login)
                .header("Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> mapped(String body) throws Exception {
        return send(to("/webhooks/app/ward-3")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpRequest signed(String body, Instant at, String id) throws Exception {
        String timestamp = Long.toString(at.getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String text = timestamp + "." + (id.isEmpty() ? "" : id + ".") + body;
        String signature = HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        HttpRequest.Builder request = to("/webhooks/lab/ward-3")
                .header("Content-Type", "application/fhir+json")
                .header("X-Fieldward-Timestamp", timestamp)
                .header("X-Fieldward-Signature", "sha256=" + signature);
        if (!id.isEmpty()) {
            request.header("X-Fieldward-Id", id);
        }
        return request.POST(BodyPublishers.ofString(body)).build();
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    private static List<Version> ofFacility(String facility, String type) {
        return chart.after(0, 10_000).stream()
                .filter(version -> version.facilities().contains(facility)
                        && version.key().type().equals(type))
                .toList();
    }

    private static String patient(String id, String mrn) {
        return """
               {"resourceType": "Patient", "id": "%s", "identifier": [{"system": "urn:test:mrn", "value": "%s"}]}""".formatted(id, mrn);
    }

    @Test
    void an_admission_makes_patient_and_encounter_of_the_facility() throws Exception {
        HttpResponse<String> answer = hl7(admission("A-1", "100", "A01"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> created = new ArrayList<>();
        json(answer).path("created").forEach(key -> created.add(key.asText().replaceAll("/.*", "")));
        assertThat(created).contains("Patient", "Encounter", "Provenance");
        assertThat(json(answer).path("arrival").asLong()).isPositive();
        assertThat(json(answer).has("processingMs")).isTrue();
        assertThat(ofFacility("ward-3", "Patient")).isNotEmpty();
    }

    @Test
    void every_message_is_in_the_audit_with_its_source_and_arrival_and_nothing_of_what_it_says() throws Exception {
        JsonNode answer = json(hl7(admission("AU-1", "190", "A01")));
        send(to("/webhooks/epic/ward-3")
                .header("Content-Type", "x-application/hl7-v2+er7")
                .POST(BodyPublishers.ofString(admission("AU-2", "191", "A01")))
                .build());
        hl7("MSH|nonsense");

        List<Entry> rows = core.audit().page(Audit.Query.newest(3)).stream()
                .map(Audit.Stored::entry)
                .toList()
                .reversed();
        assertThat(rows)
                .extracting(row -> row.agent() + " " + row.kind() + " " + row.outcome())
                .containsExactly("source epic CREATE DONE", " CREATE REFUSED", "source epic CREATE FAILED");
        assertThat(rows.getFirst().what())
                .isEqualTo("/api/v1/arrivals/" + answer.path("arrival").asLong());
        assertThat(rows.getFirst().patients())
                .containsExactly(patientOf(answer.path("created")).substring("Patient/".length()));
        assertThat(rows.getFirst().query()).isEmpty();
    }

    @Test
    void the_same_message_again_gets_the_same_answer_and_changes_nothing() throws Exception {
        HttpResponse<String> first = hl7(admission("B-1", "200", "A01"));
        int versions = chart.after(0, 10_000).size();

        HttpResponse<String> again =
                hl7(admission("B-1", "200", "A01").replace("20261121080000+0300||ADT", "20261121090000+0300||ADT"));

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("X-Fieldward-Repeated")).contains("true");
        assertThat(chart.after(0, 10_000)).hasSize(versions);
    }

    @Test
    void another_message_under_a_used_control_id_is_not_lost() throws Exception {
        HttpResponse<String> admitted = hl7(admission("C-1", "300", "A01"));
        HttpResponse<String> discharged = hl7(admission("C-1", "300", "A03"));

        assertThat(json(discharged).path("arrival").asLong())
                .isGreaterThan(json(admitted).path("arrival").asLong());
        assertThat(json(discharged).path("updated").toString()).contains("Encounter/");
    }

    @Test
    void a_second_message_of_a_patient_updates_the_one_there_is() throws Exception {
        JsonNode first = json(hl7(admission("D-1", "400", "A01")));
        JsonNode second = json(hl7(admission("D-2", "400", "A08").replace("Doe^Jane", "Roe^Jane")));

        assertThat(second.path("created").toString()).doesNotContain("Patient/").doesNotContain("Encounter/");
        assertThat(second.path("updated").toString()).contains(patientOf(first.path("created")));
    }

    private static List<Registry.Binding> bindings() {
        return new SqlRegistry(database, gateway -> gateway, Clock.systemUTC()).bindings();
    }

    @Test
    void who_is_admitted_to_a_bed_is_served_by_its_devices_until_the_discharge() throws Exception {
        var device = new DeviceId("monitor-9");
        core.registry()
                .putDevice(new Registry.Device(
                        device, "monitor", Optional.of("ICU-9-9"), Optional.of("ward-3"), Instant.EPOCH));
        String admitted = admission("P-1", "970", "A01").replace("ICU^1^2", "ICU^9^9");

        String patient = patientOf(json(hl7(admitted)).path("created")).substring(8);

        assertThat(bindings())
                .filteredOn(binding -> binding.device().equals(device))
                .singleElement()
                .satisfies(binding -> {
                    assertThat(binding.patient()).isEqualTo(patient);
                    assertThat(binding.from()).isEqualTo(Instant.parse("2026-11-21T05:00:00Z"));
                });

        hl7(admitted.replace("P-1", "P-2")
                .replace("A01", "A03")
                .replace("EVN|A03|20261121080000", "EVN|A03|20261121100000"));

        assertThat(bindings())
                .filteredOn(binding -> binding.device().equals(device))
                .singleElement()
                .satisfies(binding -> assertThat(binding.until()).contains(Instant.parse("2026-11-21T07:00:00Z")));
    }

    private static String patientOf(JsonNode keys) {
        for (JsonNode key : keys) {
            if (key.asText().startsWith("Patient/")) {
                return key.asText();
            }
        }
        throw new AssertionError("no patient in " + keys);
    }

    @Test
    void eight_at_once_about_a_new_patient_make_one_patient() throws Exception {
        var calls = new ArrayList<Callable<HttpResponse<String>>>();
        for (int i = 0; i < 8; i++) {
            String control = "E-" + i;
            calls.add(() -> hl7(admission(control, "500", "A08")));
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var call : threads.invokeAll(calls)) {
                assertThat(call.get().statusCode()).as(call.get().body()).isEqualTo(200);
            }
        }

        assertThat(chart.after(0, 10_000).stream()
                        .filter(version -> version.key().type().equals("Patient")
                                && version.json().contains("\"value\":\"500\""))
                        .map(Version::key)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void an_acknowledgement_is_given_to_who_asks_for_one() throws Exception {
        HttpResponse<String> answer = send(to("/webhooks/epic/ward-3")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "x-application/hl7-v2+er7")
                .header("Accept", "x-application/hl7-v2+er7")
                .POST(BodyPublishers.ofString(admission("F-1", "600", "A01")))
                .build());

        assertThat(answer.body()).contains("\rMSA|AA|F-1\r");
    }

    @Test
    void who_does_not_show_who_they_are_gets_one_answer_whatever_is_wrong() throws Exception {
        HttpRequest.Builder request = to("/webhooks/epic/ward-3")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(admission("G-1", "700", "A01")));
        HttpResponse<String> nothing = send(request.build());
        HttpResponse<String> wrong =
                send(request.header("Authorization", "Bearer wrong").build());

        assertThat(nothing.statusCode()).isEqualTo(401);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).isEqualTo(nothing.body());
        assertThat(ofFacility("ward-3", "Patient"))
                .noneMatch(version -> version.json().contains("\"700\""));
    }

    @Test
    void an_unknown_source_is_not_found_and_a_strange_facility_forbidden() throws Exception {
        HttpResponse<String> unknown = basic("/webhooks/nobody/ward-3", "{}");
        HttpResponse<String> strange = send(to("/webhooks/epic/elsewhere")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(admission("H-1", "800", "A01")))
                .build());

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(strange.statusCode()).isEqualTo(403);
    }

    @Test
    void what_cannot_be_read_waits_with_its_bytes_and_the_place() throws Exception {
        HttpResponse<String> answer = hl7("MSH|^~\\&|EPIC\rhello");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("place").asText()).isEqualTo("segment 2");
        long number = json(answer).path("arrival").asLong();
        HttpResponse<String> bytes =
                send(to("/api/v1/arrivals/" + number + "/bytes").GET().build());
        assertThat(bytes.body()).isEqualTo("MSH|^~\\&|EPIC\rhello");
        assertThat(send(to("/api/v1/arrivals?state=quarantined").GET().build()).body())
                .contains("\"number\":" + number);
    }

    @Test
    void a_message_against_a_rule_names_the_field() throws Exception {
        HttpResponse<String> answer = hl7(
                "MSH|^~\\&|EPIC|||||20261121||ADT^A01|I-1|P|2.5\rPID|1||||Doe^Jane\r".replace("|||||2026", "||||2026"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(json(answer).path("place").asText()).isEqualTo("PID-3");
    }

    @Test
    void a_signed_message_counts_once_and_not_when_it_is_late() throws Exception {
        HttpRequest request = signed(patient("signed-1", "900"), Instant.now(), "");

        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(send(request).statusCode()).isEqualTo(401);
        assertThat(send(signed(patient("signed-2", "901"), Instant.now().minusSeconds(301), ""))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(signed(patient("signed-2", "901"), Instant.now().plusSeconds(301), ""))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_signed_id_makes_the_same_message_known_again() throws Exception {
        HttpResponse<String> first = send(signed(patient("signed-3", "910"), Instant.now(), "order-7"));
        HttpResponse<String> again =
                send(signed(patient("signed-3", "910"), Instant.now().minusSeconds(2), "order-7"));

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void a_proxy_may_say_which_certificate_the_client_showed() throws Exception {
        HttpRequest.Builder request = to("/webhooks/proxied/ward-3")
                .header("Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofString(patient("proxied-1", "920")));

        assertThat(send(request.build()).statusCode()).isEqualTo(401);
        assertThat(send(request.header("X-Client-Certificate", "AB:".repeat(31) + "AB")
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_transaction_is_stored_as_a_whole_with_its_references() throws Exception {
        HttpResponse<String> answer = basic("/webhooks/cerner/clinic-9", """
                {"resourceType": "Bundle", "type": "transaction", "entry": [
                  {"fullUrl": "urn:uuid:0b1e0a4e-4a2c-4d0e-9c5a-6d7f0b1e0a4e",
                   "resource": {"resourceType": "Patient", "identifier": [{"system": "urn:t", "value": "T1"}]},
                   "request": {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:t|T1"}},
                  {"resource": {"resourceType": "Observation", "status": "final", "code": {"text": "weight"},
                     "subject": {"reference": "urn:uuid:0b1e0a4e-4a2c-4d0e-9c5a-6d7f0b1e0a4e"},
                     "valueQuantity": {"value": 71.50, "unit": "kg"}},
                   "request": {"method": "POST", "url": "Observation"}}]}""");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Version observation = ofFacility("clinic-9", "Observation").getLast();
        assertThat(observation.json())
                .contains("\"reference\":\"" + patientOf(json(answer).path("created")) + "\"")
                .contains("71.50");
        assertThat(observation.patients()).hasSize(1);
    }

    @Test
    void fhir_that_is_no_fhir_is_refused_with_the_element() throws Exception {
        HttpResponse<String> unknown = basic("/webhooks/cerner/clinic-9", """
                {"resourceType": "Patient", "nam": "x"}""");
        HttpResponse<String> code = basic("/webhooks/cerner/clinic-9", """
                {"resourceType": "Observation", "code": {"text": "x"}}""");

        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(json(unknown).path("place").asText()).isEqualTo("Patient");
        assertThat(code.statusCode()).as(code.body()).isEqualTo(422);
        assertThat(json(code).path("place").asText()).startsWith("Observation");
    }

    @Test
    void a_source_writes_no_subscription() throws Exception {
        HttpResponse<String> answer = basic("/webhooks/cerner/clinic-9", """
                {"resourceType": "Subscription", "status": "requested", "reason": "x", "criteria": "Patient",
                 "channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1/"}}""");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).path("place").asText()).isEqualTo("Subscription");
    }

    @Test
    void a_source_that_sends_too_much_is_told_to_wait() throws Exception {
        assertThat(basic("/webhooks/slow/ward-3", patient("slow-1", "930")).statusCode())
                .isEqualTo(200);

        HttpResponse<String> second = basic("/webhooks/slow/ward-3", patient("slow-2", "931"));

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void what_a_wrong_mapping_refused_is_applied_after_it_was_mended() throws Exception {
        HttpResponse<String> refused = mapped("{\"mrn\": \"940\"}");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        long number = json(refused).path("arrival").asLong();

        Files.writeString(folder.resolve("app.json"), mapping("$.mrn"));
        HttpResponse<String> replayed = send(to("/api/v1/arrivals/" + number + "/replay")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"))
                .build());

        assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(200);
        assertThat(json(replayed).path("created").toString()).contains("Patient/");
        assertThat(send(to("/api/v1/arrivals/" + number).GET().build()).body()).contains("\"state\":\"applied\"");
    }

    @Test
    void a_message_over_mllp_is_acknowledged_and_a_broken_frame_loses_no_other() throws Exception {
        try (var socket = new Socket("127.0.0.1", core.mllpPort().orElseThrow())) {
            String broken = "\u000bMSH|^~\\&|EPIC|broken";
            String whole = "\u000b" + admission("M-1", "950", "A01").replace("|HOSP|", "|ward-3|") + "\u001c\r";
            socket.getOutputStream().write(("garbage" + broken + whole).getBytes(StandardCharsets.UTF_8));

            assertThat(frame(socket.getInputStream())).contains("MSA|AA|M-1");

            socket.getOutputStream()
                    .write(("\u000b" + admission("M-2", "951", "A01").replace("|EPIC|", "|OTHER|") + "\u001c\r")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(frame(socket.getInputStream())).contains("MSA|AR|M-2");
        }
        assertThat(ofFacility("ward-3", "Patient"))
                .noneMatch(version -> version.json().contains("\"951\""));
    }

    private static String frame(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != 0x1C) {
            bytes.write(next);
            next = in.read();
        }
        assertThat(in.read()).isEqualTo('\r');
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_source_sees_and_changes_nothing_of_a_facility_that_it_does_not_speak_for() throws Exception {
        JsonNode here = json(hl7(admission("N-1", "960", "A01")));
        HttpResponse<String> elsewhere = basic(
                "/webhooks/cerner/clinic-7",
                patient(patientOf(here.path("created")).substring(8), "960"));

        assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(422);
        assertThat(chart.read(
                                new org.fieldward.core.chart.Key(
                                        "Patient",
                                        patientOf(here.path("created")).substring(8)),
                                Sight.EVERYTHING)
                        .map(Version::version))
                .isEqualTo(Optional.of(1L));
    }
}
