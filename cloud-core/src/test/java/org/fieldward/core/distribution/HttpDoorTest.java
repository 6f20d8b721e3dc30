package org.fieldward.core.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.fhir.StoredReadings.absent;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.completeness.SignedReport;
import org.fieldward.core.distribution.HttpSettings.Token;
import org.fieldward.core.ledger.NoteKey;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.observation.quarantine.Quarantine.Held;
import org.fieldward.core.observation.tally.Tallies;
import org.fieldward.core.registry.Configurations;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HttpDoorTest {

    private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeCore core = new FakeCore();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpDoor door = core.door();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void the_export_gives_one_line_per_reading_in_order_with_microseconds_and_precision() throws Exception {
        core.readings.accept(
                reading(
                        "mon_1",
                        "p1",
                        START.plusNanos(1_000),
                        number("temperature", "37.0"),
                        absent("spo2", AbsentReason.NOT_PERFORMED)),
                reading("mon-2", "p2", START, number("heart-rate", "72")));

        List<String> lines = get("/api/v1/readings").body().lines().toList();

        assertThat(lines).hasSize(2);
        assertThat(JSON.readTree(lines.get(0)).path("device").asText()).isEqualTo("mon-2");
        assertThat(lines.get(1))
                .isEqualTo("{\"device\":\"mon_1\",\"patient\":\"p1\",\"gateway\":\"ward-3\",\"epoch\":1,"
                        + "\"sequence\":1795226400,\"version\":1,\"measured\":\"2026-11-21T02:00:00.000001Z\","
                        + "\"received\":\"2026-11-21T02:00:00.040001Z\","
                        + "\"device_time\":\"2026-11-21T02:00:00.000001Z\",\"values\":{"
                        + "\"spo2\":{\"absent\":\"not-performed\"},"
                        + "\"temperature\":{\"value\":\"37.0\",\"unit\":\"Cel\"}}}");
    }

    @Test
    void the_export_holds_a_page_in_memory_however_long_it_is() throws Exception {
        var many = new ArrayList<StoredReading>();
        for (int i = 0; i < 5_500; i++) {
            many.add(reading("mon-1", "p1", START.plusMillis(i), number("heart-rate", "72")));
        }
        core.readings.accept(many);

        List<String> lines = get("/api/v1/readings?device=mon-1&from=2026-11-21T02:00:00.100Z")
                .body()
                .lines()
                .toList();

        assertThat(lines).hasSize(5_400).doesNotHaveDuplicates();
        assertThat(core.readings.largestLimit()).isEqualTo(1_000);
    }

    @Test
    void a_gateway_is_configured_from_here_and_says_what_became_of_it() throws Exception {
        core.gateways.add(FakeCore.gateway("ward-3", 0, START));
        assertThat(json("/api/v1/gateways/ward-3/configuration").path("version").asLong())
                .isZero();

        HttpResponse<String> first =
                put("/api/v1/gateways/ward-3/configuration", "{\"settings\":{\"alarm.limit.spo2\":\"90.. delay 5s\"}}");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(first.body()).path("version").asLong()).isEqualTo(1);
        put("/api/v1/gateways/ward-3/configuration", "{\"settings\":{}}");
        core.configurations.settled("ward-3", new Configurations.Settled(1, false, "on trial", START));

        JsonNode present = json("/api/v1/gateways/ward-3/configuration");
        assertThat(present.path("version").asLong()).isEqualTo(2);
        assertThat(present.path("settings")).isEmpty();
        assertThat(present.path("state").path("version").asLong()).isEqualTo(1);
        assertThat(json("/api/v1/gateways/ward-3/configuration/history").findValuesAsText("version"))
                .containsExactly("2", "1");
        assertThat(json("/api/v1/gateways")
                        .get(0)
                        .path("configuration")
                        .path("state")
                        .path("detail")
                        .asText())
                .isEqualTo("on trial");

        assertThat(put("/api/v1/gateways/nobody/configuration", "{\"settings\":{}}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(put("/api/v1/gateways/ward-3/configuration", "{\"settings\":{\"a b\":\"c\"}}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(put("/api/v1/gateways/ward-3/configuration", "{\"settings\":{\"a\":1}}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(put("/api/v1/gateways/ward-3/configuration", "{\"version\":7}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void the_registry_can_be_filled_and_read() throws Exception {
        assertThat(put("/api/v1/patients/p7", "{\"family\":\"Ono\",\"given\":\"Yuki\",\"birthDate\":\"1960-01-02\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(put("/api/v1/devices/mon_7", "{\"type\":\"monitor\",\"bed\":\"Bed 7\"}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> bound = post("/api/v1/bindings", "{\"device\":\"mon_7\",\"patient\":\"p7\"}");
        assertThat(bound.statusCode()).isEqualTo(201);
        assertThat(JSON.readTree(bound.body()).path("from").asText()).isEqualTo("2026-11-21T03:00:00.000000Z");

        assertThat(post("/api/v1/bindings", "{\"device\":\"mon_7\",\"patient\":\"p7\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(post("/api/v1/bindings", "{\"device\":\"mon_7\",\"patient\":\"nobody\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(post("/api/v1/bindings/1/end", "{\"until\":\"2026-11-21T04:00:00Z\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(json("/api/v1/bindings/1").path("until").asText()).isEqualTo("2026-11-21T04:00:00.000000Z");
        assertThat(json("/api/v1/patients/p7").path("family").asText()).isEqualTo("Ono");
        assertThat(json("/api/v1/devices").get(0).path("bed").asText()).isEqualTo("Bed 7");
        assertThat(get("/api/v1/patients/nobody").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void a_record_that_breaks_a_rule_is_refused_with_the_field_and_without_the_value() throws Exception {
        for (String body : List.of(
                "{\"gender\":\"Secret\"}",
                "{\"birthDate\":\"Secret\"}",
                "{\"family\":7}",
                "{\"Secret\":\"x\"}",
                "[\"Secret\"]",
                "{\"family\":\"Secret\\u0007\"}",
                "{Secret")) {
            HttpResponse<String> refused = put("/api/v1/patients/p7", body);

            assertThat(refused.statusCode()).as(body).isEqualTo(400);
            assertThat(refused.body()).contains("error").doesNotContain("Secret");
        }
        assertThat(put("/api/v1/patients/p_7", "{}").statusCode()).isEqualTo(400);
        assertThat(core.registry.patients()).isEmpty();
    }

    @Test
    void the_state_of_gateways_quarantine_and_log_is_shown() throws Exception {
        core.gateways.add(FakeCore.gateway("ward-3", 17, START));
        core.quarantined.add(
                new Held(4, "unbound", Optional.of(new DeviceId("mon-9")), START, "no patient at that time"));

        JsonNode gateway = json("/api/v1/gateways").get(0);
        assertThat(gateway.path("backlog").path("vital").asLong()).isEqualTo(17);
        assertThat(gateway.path("last_confirmed").asText()).isEqualTo("2026-11-21T02:00:00.000000Z");
        assertThat(json("/api/v1/quarantine").path("counts").path("unbound").asLong())
                .isEqualTo(1);
        assertThat(json("/api/v1/quarantine?reason=invalid").path("held")).isEmpty();
        assertThat(json("/api/v1/anchor").path("chain").asText()).isEqualTo("none");
        assertThat(json("/health").path("status").asText()).isEqualTo("up");
    }

    @Test
    void completeness_is_told_per_bed_and_day_as_json_as_csv_and_signed() throws Exception {
        core.admit("p1", "Doe", "Jo", "mon-9", "4");
        Instant day = Instant.parse("2026-11-20T00:00:00Z");
        core.tallies.all.put(
                new Tallies.Span(new DeviceId("mon-9"), day, day.plusSeconds(86_400)),
                new Tallies.Tally(
                        Map.of("p1", new Tallies.Count(7, 40, 0)),
                        Tallies.Count.NONE,
                        Set.of(3L),
                        6,
                        5,
                        4,
                        Map.of(),
                        List.of()));

        JsonNode report = json("/api/v1/completeness?facility=ward-3&bed=4&from=2026-11-20&to=2026-11-21");
        assertThat(report.path("rows")).hasSize(2);
        assertThat(report.path("rows").get(0).path("values").asInt()).isEqualTo(40);
        assertThat(report.path("rows").get(0).path("zoneKnown").asBoolean(true)).isFalse();
        assertThat(report.path("totals").path("anchored").asInt()).isEqualTo(5);
        assertThat(json("/api/v1/completeness").path("asked").toString())
                .isEqualTo("{\"from\":\"2026-11-15\",\"to\":\"2026-11-21\"}");
        HttpResponse<String> csv = get("/api/v1/completeness?from=2026-11-20&to=2026-11-20&format=csv");
        assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(csv.body()).contains("\r\n2026-11-20,UTC,false,ward-3,4,mon-9,p1,7,7,7,40,");

        String statement = get("/api/v1/completeness/statement?from=2026-11-20&to=2026-11-20")
                .body();
        NoteKey key = NoteKey.parse(json("/api/v1/completeness/key").path("key").asText());
        assertThat(SignedReport.check(statement, key)).isInstanceOf(SignedReport.Result.Accepted.class);
        assertThat(SignedReport.check(statement.replace("\"values\":40", "\"values\":41"), key))
                .isInstanceOf(SignedReport.Result.Refused.class);

        for (String wrong :
                List.of("from=today", "to=2026-02-30", "from=2026-01-01&to=2026-11-20", "ward=3", "format=xml")) {
            assertThat(get("/api/v1/completeness?" + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(get("/api/v1/completeness/secret").statusCode()).isEqualTo(404);
        for (String file : List.of("/completeness.html", "/completeness.css", "/completeness.js")) {
            assertThat(get(file).statusCode()).as(file).isEqualTo(200);
        }
    }

    @Test
    void gaps_are_listed_by_device_and_time_each_with_its_proof() throws Exception {
        var record = StoredGap.newBuilder()
                .setGapVersion(1)
                .setDevice("mon-9")
                .setGateway("ward-3")
                .setLaneValue(5)
                .setReason(1)
                .setCount(12)
                .setFromMicros(Micros.of(START))
                .setToMicros(Micros.of(START.plusSeconds(60)))
                .setReceivedMicros(Micros.of(START.plusSeconds(90)))
                .build();
        core.gaps.all.add(new Gaps.Stored(4, record, record.toByteString(), ByteString.EMPTY, 2, 3));

        JsonNode gap = json("/api/v1/gaps?device=mon-9&from=2026-11-21T02:01:00Z&to=2026-11-21T03:00:00Z")
                .get(0);
        assertThat(gap.toString())
                .isEqualTo("{\"number\":4,\"device\":\"mon-9\",\"gateway\":\"ward-3\",\"lane\":\"waveform\","
                        + "\"reason\":\"thinned\",\"count\":12,\"from\":\"2026-11-21T02:00:00.000000Z\","
                        + "\"to\":\"2026-11-21T02:01:00.000000Z\",\"told\":\"2026-11-21T02:01:30.000000Z\"}");
        assertThat(json("/api/v1/gaps?from=2026-11-21T02:01:01Z")).isEmpty();
        assertThat(json("/api/v1/gaps?to=2026-11-21T01:59:59Z")).isEmpty();
        assertThat(json("/api/v1/gaps?device=mon-8")).isEmpty();
        assertThat(json("/api/v1/gaps?after=4")).isEmpty();
        assertThat(json("/api/v1/gaps/4/proof").path("position").asInt()).isEqualTo(3);
        assertThat(get("/api/v1/gaps/5/proof").statusCode()).isEqualTo(404);
        for (String wrong :
                List.of("from=yesterday", "to=%2B300000-01-01T00:00:00Z", "limit=0", "limit=x", "device=%20")) {
            assertThat(get("/api/v1/gaps?" + wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        core.proven = false;
        assertThat(get("/api/v1/gaps/4/proof").statusCode()).isEqualTo(404);
    }

    @Test
    void the_ward_shows_the_newest_of_everything_measured_in_the_last_hour() throws Exception {
        core.admit("p1", "Meyer", "Anna", "mon-1", "Bed 1");
        core.readings.accept(reading("mon-1", "p1", START.plusSeconds(1), number("systolic", "120")));
        core.readings.accept(reading("mon-1", "p1", START.minusSeconds(60), number("weight", "70")));
        for (int i = 0; i < 500; i++) {
            core.readings.accept(reading("mon-1", "p1", START.plusSeconds(60 + i), number("heart-rate", "72")));
        }

        JsonNode bed = json("/api/v1/ward").path("patients").get(0);

        assertThat(bed.path("bed").asText()).isEqualTo("Bed 1");
        assertThat(bed.path("readings")).hasSize(61);
        assertThat(bed.path("readings").get(0).path("values").has("systolic")).isTrue();
    }

    @Test
    void the_ward_comes_in_the_order_of_its_beds() throws Exception {
        core.admit("p1", "Meyer", "Anna", "mon-1", "Bed 10");
        core.admit("p2", "Okafor", "Ben", "mon-2", "Bed 2");

        assertThat(json("/api/v1/ward").path("patients").findValuesAsText("bed"))
                .containsExactly("Bed 2", "Bed 10");
    }

    @Test
    void a_proof_is_handed_out_as_it_is_and_missed_while_there_is_none() throws Exception {
        core.admit("p1", "Meyer", "Anna", "mon-1", "Bed 1");
        core.readings.accept(reading("mon-1", "p1", START, number("heart-rate", "72")));
        String id = "mon-1." + Long.toString(START.getEpochSecond() * 1_000_000, 36) + ".1";

        HttpResponse<String> proof = get("/fhir/Observation/" + id + "/$proof");
        assertThat(proof.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(JSON.readTree(proof.body()).path("batch").asInt()).isEqualTo(1);
        assertThat(get("/fhir/Observation/" + id + "/_history/1/$proof").body()).isEqualTo(proof.body());
        assertThat(get("/fhir/Observation/" + id + "/_history/2/$proof").statusCode())
                .isEqualTo(404);
        core.proven = false;
        assertThat(get("/fhir/Observation/" + id + "/_history/1/$proof").statusCode())
                .isEqualTo(404);
        HttpResponse<String> missing = get("/fhir/Observation/" + id + "/$proof");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("OperationOutcome").contains("checkpoint");
    }

    @Test
    void a_foreign_host_name_is_refused_everywhere() throws Exception {
        for (String path : List.of("/", "/fhir/Patient", "/api/v1/ward", "/health")) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: evil.example:" + door.port() + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 421 ");
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n"))
                    .startsWith("HTTP/1.1 421 ");
        }
        assertThat(raw("GET /health HTTP/1.1\r\nHost: localhost:1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void a_page_elsewhere_can_change_nothing_through_somebodys_browser() throws Exception {
        String body = "{\"family\":\"x\"}";
        assertThat(send("PUT", "/api/v1/patients/p7", body, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(send("PUT", "/api/v1/patients/p7", body, "Content-Type", "application/x-www-form-urlencoded")
                        .statusCode())
                .isEqualTo(415);
        assertThat(send(
                                "PUT",
                                "/api/v1/patients/p7",
                                body,
                                "Content-Type",
                                "application/json",
                                "Origin",
                                "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(
                                "PUT",
                                "/api/v1/patients/p7",
                                body,
                                "Content-Type",
                                "application/json",
                                "Sec-Fetch-Site",
                                "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("DELETE", "/api/v1/patients/p7", "", "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(405);
        assertThat(core.registry.patients()).isEmpty();
        assertThat(send(
                                "PUT",
                                "/api/v1/patients/p7",
                                body,
                                "Content-Type",
                                "application/json",
                                "Origin",
                                "http://127.0.0.1:" + door.port())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_token_is_asked_of_everything_that_holds_data() throws Exception {
        door.close();
        String token = "correct horse battery staple, four words";
        var settings = new HttpSettings("127.0.0.1", 0, Set.of(), Optional.of(new Token(token)), 32, 10);
        door = core.door(settings, InstantSource.fixed(FakeCore.NOW));

        for (String path : List.of("/fhir/metadata", "/fhir/Patient", "/api/v1/ward", "/api/v1/stream")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/api/v1/ward", "", "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("GET", "/api/v1/ward", "", "Authorization", "Bearer x" + token)
                        .statusCode())
                .isEqualTo(401);
        assertThat(settings.toString()).doesNotContain("horse");
    }

    @Test
    void every_answer_carries_the_security_headers_and_no_version() throws Exception {
        for (String path : List.of("/", "/fhir/metadata", "/api/v1/ward", "/nothing")) {
            HttpResponse<String> answer = get(path);
            var headers = answer.headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(headers.firstValue("Server")).isEmpty();
            assertThat(answer.body()).doesNotContain("Jetty").doesNotContain("org.eclipse");
        }
        assertThat(get("/fhir/Patient").headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void a_huge_header_and_a_huge_form_are_refused() throws Exception {
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(raw("POST /fhir/Observation/_search HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(raw("PUT /api/v1/patients/p7 HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 1100000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void no_patient_data_reaches_the_log_or_an_error_whatever_is_asked() throws Exception {
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(log);
        try {
            core.readings.breakWith(new IllegalStateException("row of Canary", new IOException("Canary")));
            for (String path : List.of(
                    "/fhir/Patient/Canary",
                    "/fhir/Patient?_cursor=Canary",
                    "/fhir/Patient/Canary/Canary?Canary",
                    "/fhir/Observation?patient=Canary",
                    "/fhir/Observation?patient=Canary&date=Canary",
                    "/fhir/Observation?_cursor=Canary",
                    "/fhir/Observation/Canary/$proof",
                    "/api/v1/patients/Canary",
                    "/api/v1/readings?patient=Canary",
                    "/api/v1/readings?from=Canary",
                    "/api/v1/Canary")) {
                HttpResponse<String> answer = get(path);
                assertThat(answer.statusCode()).as(path).isGreaterThanOrEqualTo(400);
                assertThat(answer.body()).as(path).doesNotContain("row of").doesNotContain("Exception");
            }
            put("/api/v1/patients/Canary_", "{\"family\":\"Canary\",\"birthDate\":\"Canary\"}");
            send(
                    "POST",
                    "/fhir/Observation/_search",
                    "patient=Canary",
                    "Content-Type",
                    "application/x-www-form-urlencoded");
        } finally {
            root.detachAppender(log);
            root.setLevel(Level.WARN);
        }

        assertThat(log.list).isNotEmpty();
        for (ILoggingEvent event : log.list) {
            assertThat(event.getFormattedMessage()).doesNotContain("Canary");
            for (var cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                assertThat(cause.getMessage()).doesNotContain("Canary");
            }
        }
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", door.port())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(13), StandardCharsets.US_ASCII);
        }
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return send("PUT", path, body, "Content-Type", "application/json");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, body, "Content-Type", "application/json");
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
