package org.fieldward.edge.clinic.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.buffer.RecordingWard;
import org.fieldward.edge.centre.Roster;
import org.fieldward.edge.clinic.DeviceView;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.edge.clinic.Said;
import org.fieldward.edge.ingest.access.Account;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.access.Accounts;
import org.fieldward.edge.ingest.access.ClientCertificates;
import org.fieldward.edge.ingest.access.Doorkeeper;
import org.fieldward.edge.ingest.access.Role;
import org.fieldward.edge.ingest.access.WardDoorkeeper;
import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Stamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClinicPageTest {

    @TempDir
    Path home;

    private RecordingWard ward;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private WardDoorkeeper doorkeeper = doorkeeper(new AccountFile(Path.of("there-is-no-such-file")));

    private static WardDoorkeeper doorkeeper(AccountFile file) {
        return new WardDoorkeeper(
                new Accounts(file, new SecureRandom()), ClientCertificates.none(), Runnable::run, () -> 0);
    }

    @BeforeEach
    void accounts() {
        ward = new RecordingWard(home);
        var random = new SecureRandom();
        var file = new AccountFile(home.resolve("accounts"));
        byte[] password = "right:one".getBytes(StandardCharsets.UTF_8);
        file.put(new Account("wall", Role.SCREEN, PasswordHash.of(password, 1000, random)));
        file.put(new Account("amy", Role.STAFF, PasswordHash.of(password, 1000, random)));
        file.put(new Account("bed-1", Role.DEVICE, PasswordHash.of(password, 1000, random)));
        doorkeeper = doorkeeper(file);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        http.close();
        ward.close();
    }

    private int open(Map<String, String> settings) throws Exception {
        var page = new ClinicPage(
                vertx,
                ClinicSettings.of(settings),
                Optional.empty(),
                doorkeeper,
                ClinicPageTest::view,
                new EventDesk(ward.recorder(), ward.documents(), "urn:mrn", () -> true),
                () -> 0);
        return page.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private HttpResponse<String> get(int port, String path, String login) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (!login.isEmpty()) {
            String pair = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + pair);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void only_a_screen_with_its_password_sees_anything() throws Exception {
        int port = open(Map.of("clinic.port", "0"));

        for (String login : List.of("", "wall:wrong", "wall:", ":", "bed-1:right:one", "nobody:right:one")) {
            for (String path : List.of("/", "/clinic.js", "/api/clinic", "/nothing")) {
                HttpResponse<String> answer = get(port, path, login);
                assertThat(answer.statusCode()).as("%s as '%s'", path, login).isEqualTo(401);
                assertThat(answer.headers().firstValue("WWW-Authenticate"))
                        .hasValueSatisfying(asked -> assertThat(asked).startsWith("Basic "));
                assertThat(answer.body()).doesNotContain("bed-2");
            }
        }
        assertThat(get(port, "/api/clinic", "wall:right:one").statusCode()).isEqualTo(200);
        assertThat(get(port, "/nothing", "wall:right:one").statusCode()).isEqualTo(404);
    }

    /** After a restart a whole ward logs in at once; a screen that heard 401 would never ask again. */
    @Test
    void a_gateway_that_cannot_look_at_a_password_now_says_so_and_does_not_refuse_it() throws Exception {
        doorkeeper = new WardDoorkeeper(
                new Accounts(new AccountFile(home.resolve("accounts")), new SecureRandom()),
                ClientCertificates.none(),
                neverChecked -> {},
                () -> 0);
        for (int i = 0; i < 256; i++) {
            doorkeeper.login(new Doorkeeper.Attempt(
                    "10.0.0.9", Optional.empty(), Optional.of("bed-" + i), Optional.of(ByteString.copyFromUtf8("x"))));
        }
        int port = open(Map.of("clinic.port", "0"));

        HttpResponse<String> answer = get(port, "/api/clinic", "wall:right:one");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).doesNotContain("bed-2");
    }

    @Test
    void every_answer_forbids_framing_foreign_code_and_keeping() throws Exception {
        int port = open(Map.of("clinic.port", "0", "clinic.open-on-loopback", "true"));

        for (String path : List.of(
                "/", "/clinic.css", "/tile.js", "/devices.js", "/record.js", "/words.js", "/icon.svg", "/nothing")) {
            HttpResponse<String> answer = get(port, path, "");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self';")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        assertThat(get(port, "/", "").body()).contains("clinic.js").doesNotContain("<script>", "onclick", "http:");
    }

    @Test
    void the_view_has_the_worst_first_and_numbers_as_they_were_measured() throws Exception {
        int port = open(Map.of("clinic.port", "0", "clinic.open-on-loopback", "true"));

        JsonNode view = new ObjectMapper().readTree(get(port, "/api/clinic", "").body());

        assertThat(view.path("devices").findValuesAsText("device")).startsWith("bed-10", "bed-2", "bed-9");
        JsonNode worst = view.path("devices").path(0);
        assertThat(worst.path("urgency").asText()).isEqualTo("high");
        assertThat(worst.path("alarms").path(0).path("parameter").asText()).isEqualTo("spo2");
        assertThat(worst.path("values").path(0).path("value").asText()).isEqualTo("37.0");
        assertThat(worst.path("values").path(0).path("unit").asText()).isEqualTo("Cel");
        assertThat(worst.path("values").path(0).path("ageSeconds").asInt()).isEqualTo(2);
        assertThat(view.path("core").path("backlog").asLong()).isEqualTo(12);
        assertThat(view.path("core").path("lastConfirmedSeconds").asLong()).isEqualTo(30);
    }

    @Test
    void the_view_says_who_lies_where_and_how_old_that_word_of_the_centre_is() throws Exception {
        int port = open(Map.of("clinic.port", "0", "clinic.open-on-loopback", "true"));

        JsonNode view = new ObjectMapper().readTree(get(port, "/api/clinic", "").body());

        assertThat(view.path("devices").findValuesAsText("bed")).containsExactly("Bed 9");
        assertThat(view.path("devices").findValuesAsText("label")).containsExactly("A. B.");
        assertThat(view.path("roster").path("saidSeconds").asLong()).isEqualTo(20);
    }

    private static final String LAB =
            "{\"id\":\"lab-1\",\"type\":\"lab_result\",\"priority\":\"medium\",\"occurredAt\":\"2026-03-01T09:00:00Z\","
                    + "\"patient\":{\"reference\":\"Patient/p1\"},\"payload\":{\"results\":["
                    + "{\"test\":{\"code\":\"2823-3\"},\"value\":4.10,\"unit\":\"mmol/L\"}]}}";

    private HttpResponse<String> post(int port, String login, String body, String... headers) throws Exception {
        String pair = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/clinic/events"))
                .header("Authorization", "Basic " + pair)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(int port, String login, String body) throws Exception {
        return post(port, login, body, "Content-Type", "application/json");
    }

    @Test
    void what_staff_record_without_a_link_is_stored_once_and_said_to_be_here() throws Exception {
        int port = open(Map.of("clinic.port", "0"));

        HttpResponse<String> first = post(port, "amy:right:one", LAB);
        HttpResponse<String> again = post(port, "amy:right:one", LAB);

        assertThat(first.statusCode()).isEqualTo(202);
        JsonNode said = new ObjectMapper().readTree(first.body());
        assertThat(said.path("number").asLong()).isEqualTo(1);
        assertThat(said.path("where").asText()).isEqualTo("stored here, not yet at the centre");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(new ObjectMapper().readTree(again.body()).path("number").asLong())
                .isEqualTo(1);
        JsonNode list = new ObjectMapper()
                .readTree(get(port, "/api/clinic/events", "wall:right:one").body());
        assertThat(list.path("events")).hasSize(1);
        assertThat(list.path("events").path(0).path("state").asText()).isEqualTo("kept");
        assertThat(list.path("events").path(0).path("recorder").asText()).isEqualTo("amy");
        assertThat(list.path("coreTooOld").asBoolean()).isTrue();
        assertThat(ward.stored()).containsExactly(LAB);
    }

    @Test
    void only_staff_may_record_also_where_the_page_is_open_to_this_machine() throws Exception {
        int port = open(Map.of("clinic.port", "0", "clinic.open-on-loopback", "true"));

        assertThat(post(port, "wall:right:one", LAB).statusCode()).isEqualTo(403);
        assertThat(post(port, "bed-1:right:one", LAB).statusCode()).isEqualTo(401);
        assertThat(post(port, "amy:wrong", LAB).statusCode()).isEqualTo(401);
        assertThat(get(port, "/api/clinic/events", "").statusCode()).isEqualTo(200);
        assertThat(ward.stored()).isEmpty();
    }

    @Test
    void what_another_page_sends_with_the_login_of_the_browser_is_not_taken() throws Exception {
        int port = open(Map.of("clinic.port", "0"));

        assertThat(post(port, "amy:right:one", LAB, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(post(port, "amy:right:one", LAB, "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(ward.stored()).isEmpty();
    }

    @Test
    void what_cannot_be_an_event_is_refused_with_field_rule_and_value_and_what_is_too_large_with_its_limit()
            throws Exception {
        int port = open(Map.of("clinic.port", "0"));

        HttpResponse<String> wrong = post(port, "amy:right:one", LAB.replace("medium", "urgent"));
        HttpResponse<String> large = post(port, "amy:right:one", LAB + " ".repeat(1 << 20));

        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("\"priority\"", "must be one of critical, high, low, medium, was 'urgent'");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("at most 1048576 bytes");
        assertThat(ward.stored()).isEmpty();
    }

    @Test
    void beyond_this_machine_there_is_no_page_without_a_certificate() {
        assertThatThrownBy(() -> open(Map.of("clinic.port", "0", "clinic.host", "0.0.0.0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clinic.host")
                .hasMessageContaining("'0.0.0.0'");
    }

    private static final Roster ROSTER =
            new Roster(4, Said.now(40).at(), Map.of(new DeviceId("bed-9"), new Roster.Place("Bed 9", "A. B.")));

    private static ClinicView view() {
        var facts = new GatewayFacts(
                Said.now(60).at(),
                "1",
                Optional.of("ward-7"),
                "synchronised",
                new GatewayFacts.Link(
                        "up",
                        Optional.of(Said.now(30).at()),
                        Optional.empty(),
                        12,
                        Optional.of(Said.START),
                        false,
                        Optional.of(Duration.ofMinutes(3))),
                new GatewayFacts.Disk(10, 100, Optional.empty(), false, Map.of()));
        var alarm = new AlarmChange(
                new DeviceId("bed-10"),
                new Stamp(Optional.empty(), Said.START, 0, 7, ClockState.SYNCHRONISED),
                "a-1",
                AlarmChange.Kind.LIMIT_LOW,
                AlarmChange.Priority.HIGH,
                AlarmChange.Phase.RAISED,
                Optional.of(Catalogue.standard().key("spo2")),
                "Oxygen saturation below 88");
        return new ClinicView(
                facts, List.of(bed("bed-2"), bed("bed-9"), bed("bed-10")), List.of(alarm), Map.of(), ROSTER);
    }

    private static DeviceView bed(String name) {
        return new DeviceView(
                new DeviceId(name),
                State.ONLINE,
                Optional.of(Said.START),
                Optional.of(Said.START),
                2000,
                60,
                600,
                Optional.empty(),
                List.of(new LastValue(Said.value("temperature", "37.0"), Said.START, Said.START, 2000)));
    }
}
