package org.fieldward.core.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.access.token.Algorithm;
import org.fieldward.core.access.token.ClaimNames;
import org.fieldward.core.access.token.CodeFlow;
import org.fieldward.core.access.token.FakeProvider;
import org.fieldward.core.access.token.Provider;
import org.fieldward.core.access.token.TokenCheck;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may do and see what at the HTTP door, and what is kept of it. */
final class AccessTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Instant now = FakeCore.NOW;
    private final FakeCore core = new FakeCore();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpDoor door = open(List.of());

    private HttpDoor open(List<Mount> mounts) {
        return core.door(HttpSettings.standard().withPort(0), mounts, () -> now);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String token(String name) throws Exception {
        return signIn(name, name + name).path("token").asText();
    }

    private JsonNode signIn(String name, String password) throws Exception {
        HttpResponse<String> answer = send(
                "POST",
                "/api/v1/sign-in",
                "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}",
                "Content-Type",
                "application/json");
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return send("GET", path, "", "Authorization", "Bearer " + token);
    }

    private JsonNode json(String path, String token) throws Exception {
        HttpResponse<String> answer = get(path, token);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private Map<Role, String> oneOfEach() throws Exception {
        var tokens = new EnumMap<Role, String>(Role.class);
        for (Role role : Role.values()) {
            core.add(role.text(), Set.of(role), Optional.of(Set.of("*")));
            tokens.put(role, token(role.text()));
        }
        return tokens;
    }

    @Test
    void every_role_does_with_every_type_over_fhir_exactly_what_is_declared() throws Exception {
        Map<Role, String> tokens = oneOfEach();
        var wrong = new ArrayList<String>();
        for (Access.Group group : Access.groups()) {
            String type = group.types().stream().sorted().findFirst().orElse("MedicationRequest");
            for (Interaction interaction :
                    List.of(Interaction.READ, Interaction.SEARCH, Interaction.UPDATE, Interaction.DELETE)) {
                for (Map.Entry<Role, String> one : tokens.entrySet()) {
                    String method = switch (interaction) {
                        case UPDATE -> "PUT";
                        case DELETE -> "DELETE";
                        default -> "GET";
                    };
                    String path = "/fhir/" + type + (interaction == Interaction.SEARCH ? "" : "/1");
                    int status = send(
                                    method,
                                    path,
                                    method.equals("PUT") ? "{}" : "",
                                    "Content-Type",
                                    "application/fhir+json",
                                    "Authorization",
                                    "Bearer " + one.getValue())
                            .statusCode();
                    if (group.roles(interaction).contains(one.getKey()) == (status == 403)) {
                        wrong.add(one.getKey() + " " + method + " " + path + " got " + status);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void what_no_route_tells_of_is_not_found_also_where_a_servlet_would_answer() throws Exception {
        var open = new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.getWriter().write("hello " + Callers.of(request).subject());
            }
        };
        door.close();
        door = open(List.of(
                new Mount("/mine/*", open, List.of(Route.of("GET", "/mine/known", Set.of(Role.NURSE)))),
                new Mount("/theirs/*", open)));
        core.add("nora", Set.of(Role.NURSE), Optional.empty());
        core.add("ada", Set.of(Role.ADMINISTRATOR), Optional.empty());

        assertThat(get("/mine/known", token("nora")).body()).isEqualTo("hello nora");
        assertThat(get("/mine/known", token("ada")).statusCode()).isEqualTo(403);
        assertThat(get("/mine/unknown", token("nora")).statusCode()).isEqualTo(404);
        assertThat(get("/mine/%6bnown", token("nora")).statusCode()).isEqualTo(404);
        assertThat(get("/theirs/any/thing", token("nora")).statusCode()).isEqualTo(403);
        assertThat(get("/theirs/any/thing", token("ada")).body()).isEqualTo("hello ada");
        assertThat(get("/api/v1/ward;x=1", token("nora")).statusCode()).isBetween(400, 404);
        assertThat(get("/fhir/%41uditEvent/1", token("nora")).statusCode()).isEqualTo(404);
    }

    /** Anna in ward 3, Ben in ward 4, each with a monitor, a reading and a nurse. */
    private void twoWards() {
        core.admit("anna", "Meyer", "Anna", "mon-3", "1");
        core.registry.putPatient(
                new Patient("ben", "MRN-ben", "Okafor", "Ben", Optional.empty(), "male", FakeCore.NOW));
        var device = new DeviceId("mon-4");
        core.registry.putDevice(new Device(device, "monitor", Optional.of("2"), Optional.of("ward-4"), FakeCore.NOW));
        core.registry.bind(device, "ben", FakeCore.NOW.minus(Duration.ofDays(1)), Optional.empty());
        core.gateways.add(FakeCore.gateway("ward-3", 0, FakeCore.NOW));
        core.gateways.add(FakeCore.gateway("ward-4", 0, FakeCore.NOW));
        core.readings.accept(
                reading("mon-3", "anna", FakeCore.NOW.minusSeconds(60), number("heart-rate", "72")),
                reading("mon-4", "ben", FakeCore.NOW.minusSeconds(60), number("heart-rate", "88")).toBuilder()
                        .setGateway("ward-4")
                        .build());
        core.add("nora", Set.of(Role.NURSE), Optional.of(Set.of("ward-3")));
        core.add("nick", Set.of(Role.NURSE), Optional.of(Set.of("ward-4")));
        core.add("nobody", Set.of(Role.NURSE), Optional.empty());
        core.add("ada", Set.of(Role.ADMINISTRATOR), Optional.empty());
        core.add("clio", Set.of(Role.CLINICIAN), Optional.of(Set.of("ward-3")));
    }

    @Test
    void a_nurse_sees_what_belongs_to_her_facility_and_nothing_else() throws Exception {
        twoWards();
        String nora = token("nora");
        for (String path : List.of(
                "/api/v1/ward",
                "/api/v1/patients",
                "/api/v1/devices",
                "/api/v1/bindings",
                "/api/v1/readings",
                "/api/v1/readings?patient=ben",
                "/api/v1/gateways",
                "/api/v1/completeness",
                "/api/v1/alarms",
                "/api/v1/gaps",
                "/api/v1/quarantine",
                "/fhir/DeviceMetric")) {
            HttpResponse<String> answer = get(path, nora);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body())
                    .as(path)
                    .doesNotContain("mon-4")
                    .doesNotContain("Okafor")
                    .doesNotContain("ward-4");
        }
        assertThat(get("/api/v1/readings", nora).body()).contains("mon-3");
        assertThat(json("/api/v1/ward", nora).path("patients")).hasSize(1);
        JsonNode metric =
                json("/fhir/DeviceMetric?source=Device/mon-4", token("nick")).at("/entry/0/resource/id");
        assertThat(metric.asText()).isNotEmpty();
        assertThat(json("/fhir/DeviceMetric", nora).path("entry")).hasSize(1);
        assertThat(json("/fhir/DeviceMetric?source=Device/mon-4", nora).path("entry"))
                .isEmpty();
        for (String path : List.of(
                "/api/v1/patients/ben",
                "/api/v1/devices/mon-4",
                "/api/v1/bindings/2",
                "/fhir/DeviceMetric/" + metric.asText())) {
            assertThat(get(path, nora).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(get("/api/v1/completeness/statement", nora).statusCode()).isEqualTo(403);
        assertThat(get("/api/v1/completeness/statement?facility=ward-4", nora).statusCode())
                .isEqualTo(403);
        assertThat(get("/api/v1/completeness/statement?facility=ward-3", nora).statusCode())
                .isEqualTo(200);
        assertThat(get("/api/v1/readings", token("ada")).body())
                .contains("mon-3")
                .contains("mon-4");
        assertThat(get("/api/v1/readings", token("nobody")).body()).isEmpty();
        assertThat(json("/api/v1/patients", token("nobody"))).isEmpty();
    }

    @Test
    void what_cannot_be_seen_cannot_be_changed_and_does_not_tell_that_it_is_there() throws Exception {
        twoWards();
        String nora = token("nora");
        String[] headers = {"Content-Type", "application/json", "Authorization", "Bearer " + nora};

        assertThat(send("PUT", "/api/v1/patients/ben", "{\"family\":\"X\"}", headers)
                        .statusCode())
                .isEqualTo(404);
        assertThat(send("PUT", "/api/v1/devices/mon-4", "{\"bed\":\"9\"}", headers)
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> unseen =
                send("POST", "/api/v1/bindings", "{\"device\":\"mon-3\",\"patient\":\"ben\"}", headers);
        HttpResponse<String> unknown =
                send("POST", "/api/v1/bindings", "{\"device\":\"mon-3\",\"patient\":\"zoe\"}", headers);
        assertThat(unseen.statusCode()).isEqualTo(unknown.statusCode()).isEqualTo(422);
        assertThat(unseen.body()).isEqualTo(unknown.body());
        assertThat(send("POST", "/api/v1/bindings/2/end", "{}", headers).statusCode())
                .isEqualTo(422);
        assertThat(core.registry.patient("ben").orElseThrow().family()).isEqualTo("Okafor");

        assertThat(send("PUT", "/api/v1/patients/carl", "{\"family\":\"C\"}", headers)
                        .statusCode())
                .isEqualTo(200);
        assertThat(core.registry.facilities("carl")).containsExactly("ward-3");
        assertThat(get("/api/v1/patients/carl", token("nick")).statusCode()).isEqualTo(404);
    }

    @Test
    void a_stream_tells_each_only_what_is_theirs_also_when_it_is_taken_up_again() throws Exception {
        twoWards();
        String nora = token("nora");
        core.readings.accept(
                reading("mon-4", "ben", FakeCore.NOW, number("heart-rate", "91")).toBuilder()
                        .setGateway("ward-4")
                        .build(),
                reading("mon-3", "anna", FakeCore.NOW, number("heart-rate", "75")));
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/api/v1/stream"))
                .header("Authorization", "Bearer " + nora)
                .header("Last-Event-ID", "1-0-0")
                .build();

        try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
            String first =
                    lines.filter(line -> line.startsWith("data: ")).findFirst().orElseThrow();
            assertThat(first).contains("anna").contains("75");
        }
    }

    @Test
    void a_stream_ends_when_who_listens_signs_out() throws Exception {
        twoWards();
        JsonNode who = signIn("nora", "noranora");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/api/v1/stream"))
                .header("Authorization", "Bearer " + who.path("token").asText())
                .build();

        try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
            send(
                    "POST",
                    "/api/v1/sign-in/end",
                    "{\"session\":\"" + who.path("session").asText() + "\"}",
                    "Content-Type",
                    "application/json");
            now = now.plus(Duration.ofSeconds(11));
            CompletableFuture<Boolean> ended =
                    CompletableFuture.supplyAsync(() -> lines.noneMatch(line -> line.startsWith("data: ")));
            assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void twenty_bad_sign_ins_are_answered_429_with_a_time_and_all_are_in_the_audit() throws Exception {
        core.add("nora", Set.of(Role.NURSE), Optional.empty());
        var statuses = new ArrayList<Integer>();
        var answers = new ArrayList<HttpResponse<String>>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(
                    "POST",
                    "/api/v1/sign-in",
                    "{\"name\":\"nora\",\"password\":\"guess " + i + "\"}",
                    "Content-Type",
                    "application/json"));
            statuses.add(answers.getLast().statusCode());
        }

        assertThat(statuses).startsWith(401, 401).endsWith(429, 429).containsOnly(401, 429);
        assertThat(Integer.parseInt(
                        answers.getLast().headers().firstValue("Retry-After").orElse("0")))
                .isPositive();
        assertThat(core.audit.entries())
                .hasSize(20)
                .allMatch(entry -> entry.kind() == Entry.Kind.SIGN_IN
                        && entry.agent().equals("nora")
                        && entry.outcome() != Entry.Outcome.DONE)
                .noneMatch(entry -> entry.toString().contains("guess"));
        now = now.plus(Duration.ofMinutes(20));
        assertThat(token("nora")).isNotEmpty();
    }

    @Test
    void who_is_idle_or_signed_out_or_removed_must_sign_in_again() throws Exception {
        core.add("nora", Set.of(Role.NURSE), Optional.empty());
        JsonNode who = signIn("nora", "noranora");
        String token = who.path("token").asText();
        String session = "{\"session\":\"" + who.path("session").asText() + "\"}";
        assertThat(who.path("tokenSeconds").asInt()).isEqualTo(900);

        now = now.plus(Duration.ofMinutes(14));
        assertThat(get("/api/v1/ward", token).statusCode()).isEqualTo(200);
        JsonNode renewed =
                JSON.readTree(send("POST", "/api/v1/sign-in/renew", session, "Content-Type", "application/json")
                        .body());
        now = now.plus(Duration.ofMinutes(10));
        assertThat(get("/api/v1/ward", token).statusCode()).isEqualTo(401);
        assertThat(get("/api/v1/ward", renewed.path("token").asText()).statusCode())
                .isEqualTo(200);
        now = now.plus(Duration.ofMinutes(6));
        assertThat(get("/api/v1/ward", renewed.path("token").asText()).statusCode())
                .isEqualTo(401);
        assertThat(send("POST", "/api/v1/sign-in/renew", session, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(401);

        JsonNode again = signIn("nora", "noranora");
        send(
                "POST",
                "/api/v1/sign-in/end",
                "{\"session\":\"" + again.path("session").asText() + "\"}",
                "Content-Type",
                "application/json");
        assertThat(get("/api/v1/ward", again.path("token").asText()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void our_own_page_gets_a_cookie_that_no_script_reads_and_no_token() throws Exception {
        core.add("nora", Set.of(Role.NURSE), Optional.of(Set.of("ward-3")));
        // The JDK's client does not let a program say this; a browser always does.
        String answer = raw("POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
                + "Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 37\r\n"
                + "Connection: close\r\n\r\n{\"name\":\"nora\",\"password\":\"noranora\"}");

        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("token").doesNotContain("\"session\"");
        String cookie = answer.lines()
                .filter(line -> line.startsWith("Set-Cookie: "))
                .findFirst()
                .orElseThrow();
        assertThat(cookie).contains("; HttpOnly").contains("; SameSite=Strict");
        String value = cookie.substring("Set-Cookie: ".length(), cookie.indexOf(';'));
        assertThat(send("GET", "/api/v1/ward", "", "Cookie", value).statusCode())
                .isEqualTo(200);
        assertThat(send("GET", "/api/v1/ward", "", "Cookie", value + "x").statusCode())
                .isEqualTo(401);
        assertThat(send("GET", "/api/v1/ward", "", "Cookie", "fieldward=../%00").statusCode())
                .isEqualTo(401);
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", door.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_look_at_patients_is_kept_before_it_is_answered_and_not_answered_otherwise() throws Exception {
        twoWards();
        String nora = token("nora");
        get("/api/v1/patients/anna", nora);
        get("/api/v1/readings?patient=ben", nora);
        get("/fhir/Patient/anna", nora);
        get("/api/v1/gateways", nora);
        get("/api/v1/gateways/ward-3/configuration", nora);
        List<Entry> entries = core.audit.entries();

        assertThat(entries.subList(entries.size() - 4, entries.size()))
                .extracting(entry -> entry.agent() + " " + entry.kind().text() + " " + entry.outcome() + " "
                        + entry.what() + " " + entry.patients())
                .containsExactly(
                        "nora read DONE /api/v1/patients/anna [anna]",
                        "nora export DONE /api/v1/readings [ben]",
                        "nora read FAILED Patient/anna [anna]",
                        "nora read REFUSED /api/v1/gateways/ward-3/configuration []");
        core.audit.breakIt();
        HttpResponse<String> unkept = get("/api/v1/patients/anna", nora);
        assertThat(unkept.statusCode()).isEqualTo(503);
        assertThat(unkept.body()).doesNotContain("Meyer");
    }

    @Test
    void breaking_the_glass_opens_one_patient_to_a_clinician_and_keeps_the_reason() throws Exception {
        twoWards();
        String[] headers = {
            "Authorization",
            "Bearer " + token("clio"),
            "Purpose",
            "emergency",
            "Purpose-Patient",
            "ben",
            "Purpose-Reason",
            "found unconscious in ward 3"
        };
        assertThat(get("/api/v1/patients/ben", token("clio")).statusCode()).isEqualTo(404);

        assertThat(send("GET", "/api/v1/patients/ben", "", headers).body()).contains("Okafor");
        assertThat(send("GET", "/api/v1/patients/anna", "", headers).statusCode())
                .isEqualTo(404);
        assertThat(send("GET", "/api/v1/readings", "", headers).body())
                .contains("ben")
                .doesNotContain("anna");
        assertThat(core.audit.entries())
                .filteredOn(entry -> entry.emergency().isPresent())
                .hasSize(3)
                .allMatch(entry -> entry.emergency().get().equals("found unconscious in ward 3"));
        headers[1] = "Bearer " + token("nora");
        assertThat(send("GET", "/api/v1/patients/ben", "", headers).statusCode())
                .isEqualTo(403);
        headers[1] = "Bearer " + token("clio");
        headers[7] = "x";
        assertThat(send("GET", "/api/v1/patients/ben", "", headers).statusCode())
                .isEqualTo(400);
    }

    @Test
    void the_door_is_open_on_this_machine_until_a_person_is_added() throws Exception {
        assertThat(send("GET", "/api/v1/ward", "").statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(send("GET", "/api/v1/sign-in", "").body())
                        .path("open")
                        .asBoolean())
                .isTrue();
        core.add("ada", Set.of(Role.ADMINISTRATOR), Optional.empty());
        now = now.plusSeconds(2);

        assertThat(send("GET", "/api/v1/ward", "").statusCode()).isEqualTo(401);
        core.people.remove("ada", now);
        now = now.plusSeconds(2);
        assertThat(send("GET", "/api/v1/ward", "").statusCode()).isEqualTo(401);
    }

    @Test
    void who_signs_in_at_a_provider_comes_back_to_the_same_browser_signed_in() throws Exception {
        door.close();
        var fake = new FakeProvider();
        var provider = new Provider(FakeProvider.ISSUER, fake, () -> now);
        Provider.Reader reader = provider.reader(
                new TokenCheck.Rules(
                        FakeProvider.ISSUER, "fieldward", Algorithm.ES256, Set.of("jwt"), Duration.ofHours(1)),
                new ClaimNames("realm_access.roles", "facilities", ""));
        core.provider = Optional.of(reader);
        core.flow = Optional.of(new CodeFlow(provider, reader, fake, "console", new SecureRandom(), () -> now));
        door = open(List.of());
        core.admit("anna", "Meyer", "Anna", "mon-3", "1");
        assertThat(send("GET", "/api/v1/ward", "").statusCode()).isEqualTo(401);
        assertThat(get("/api/v1/patients/anna", fake.token(now)).statusCode()).isEqualTo(200);
        assertThat(get("/api/v1/patients/anna", fake.token(now) + "x").statusCode())
                .isEqualTo(401);

        HttpResponse<String> begun = send("GET", "/api/v1/sign-in/provider", "");
        URI there = URI.create(begun.headers().firstValue("Location").orElseThrow());
        String state = begun.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        String back = "/api/v1/sign-in/back?state=" + FakeProvider.parameter(there, "state") + "&code="
                + fake.code(there, fake.token(now));
        assertThat(send("GET", back, "").statusCode()).isEqualTo(401);
        HttpResponse<String> home = send("GET", back, "", "Cookie", state);

        assertThat(home.statusCode()).isEqualTo(302);
        assertThat(home.headers().firstValue("Location")).contains("/");
        String session = home.headers().allValues("Set-Cookie").getFirst().split(";", 2)[0];
        assertThat(send("GET", "/api/v1/patients/anna", "", "Cookie", session).statusCode())
                .isEqualTo(200);
        assertThat(send("GET", back, "", "Cookie", state).statusCode()).isEqualTo(401);
    }

    @Test
    void a_link_signs_in_once() throws Exception {
        core.add("ada", Set.of(Role.ADMINISTRATOR), Optional.empty());
        core.people.putCode("once", "ada", now.plusSeconds(600));
        core.people.putCode("late", "ada", now.minusSeconds(1));
        for (String[] expected : new String[][] {{"once", "200"}, {"once", "401"}, {"late", "401"}}) {
            assertThat(send(
                                    "POST",
                                    "/api/v1/sign-in",
                                    "{\"code\":\"" + expected[0] + "\"}",
                                    "Content-Type",
                                    "application/json")
                            .statusCode())
                    .isEqualTo(Integer.parseInt(expected[1]));
        }
    }
}
