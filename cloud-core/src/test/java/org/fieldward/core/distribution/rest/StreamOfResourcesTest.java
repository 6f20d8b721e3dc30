package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.distribution.FakeCore;
import org.fieldward.core.distribution.socket.SocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written to the chart, on the live stream over WebSocket and as server-sent events. */
class StreamOfResourcesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Desktop desk = new Desktop();

    @AfterEach
    void close() {
        desk.close();
    }

    private String url() {
        return desk.base().replace("http://", "ws://").replace("/fhir", "/api/v1/stream/ws");
    }

    private String flag(String patient, String... headers) {
        String body =
                "{'resourceType':'Flag','status':'active','code':{'text':'falls'},'subject':{'reference':'Patient/"
                        + patient + "'}}";
        return desk.send("POST", "/Flag", body, headers).id();
    }

    private void patient(String id, String... headers) {
        desk.send("PUT", "/Patient/" + id, "{'resourceType':'Patient','id':'" + id + "'}", headers);
    }

    private String token(String name) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(desk.base().replace("/fhir", "/api/v1/sign-in")))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"" + name + "\",\"password\":\"" + name + name + "\"}"))
                .build();
        return JSON.readTree(HTTP.send(request, BodyHandlers.ofString()).body())
                .path("token")
                .asText();
    }

    @Test
    void created_changed_and_deleted_come_with_the_content_where_it_is_asked_for() throws Exception {
        patient("p1");
        try (var plain = new SocketClient(url());
                var full = new SocketClient(url())) {
            plain.say("{\"resume\":\"0-0-0\",\"type\":[\"Flag\"]}");
            full.say("{\"resume\":\"0-0-0\",\"type\":\"Flag\",\"content\":\"full\"}");
            String id = flag("p1");
            desk.send("DELETE", "/Flag/" + id, "");

            JsonNode created = JSON.readTree(plain.next());
            assertThat(created.path("event").asText()).isEqualTo("resource");
            assertThat(created.path("data").toString())
                    .isEqualTo("{\"change\":\"created\",\"type\":\"Flag\",\"id\":\"" + id
                            + "\",\"version\":1,\"number\":" + created.at("/data/number") + "}");
            assertThat(JSON.readTree(plain.next()).at("/data/change").asText()).isEqualTo("deleted");
            assertThat(JSON.readTree(full.next()).at("/data/resource/code/text").asText())
                    .isEqualTo("falls");
            assertThat(JSON.readTree(full.next()).path("data").has("resource")).isFalse();
        }
    }

    @Test
    void a_socket_is_taken_up_again_behind_its_last_event_and_can_be_about_one_patient() throws Exception {
        patient("p1");
        patient("p2");
        String last;
        try (var first = new SocketClient(url())) {
            first.say("{\"patient\":\"p1\"}");
            // Whether it listens already is not said: something is written until it is heard.
            while (first.rest().isEmpty()) {
                flag("p1");
            }
            String one = flag("p1");
            String heard = first.next();
            while (!heard.contains(one)) {
                heard = first.next();
            }
            last = JSON.readTree(heard).path("id").asText();
        }
        flag("p2");
        String missed = flag("p1");
        desk.core.readings.accept(reading("mon-1", "p1", FakeCore.NOW, number("heart-rate", "72")));
        desk.restart();
        try (var again = new SocketClient(url())) {
            again.say("{\"resume\":\"" + last + "\",\"patient\":[\"p1\"]}");

            List<String> heard = again.next(2);
            assertThat(heard.get(0)).contains("\"event\":\"reading\"");
            assertThat(heard.get(1)).contains(missed);
            assertThat(again.rest()).isEmpty();
        }
    }

    @Test
    void one_facility_hears_nothing_of_another_and_nobody_what_their_role_may_not_read() throws Exception {
        desk.core.add("nora", Set.of(Role.CLINICIAN), Optional.of(Set.of("north")));
        desk.core.add("sam", Set.of(Role.CLINICIAN), Optional.of(Set.of("south")));
        desk.core.add("nick", Set.of(Role.NURSE), Optional.of(Set.of("north")));
        String[] nora = {"Authorization", "Bearer " + token("nora")};
        String[] sam = {"Authorization", "Bearer " + token("sam")};
        String[] nick = {"Authorization", "Bearer " + token("nick")};
        try (var north = new SocketClient(url(), nora);
                var nurse = new SocketClient(url(), nick);
                var south = new SocketClient(url(), sam)) {
            for (SocketClient client : List.of(north, nurse, south)) {
                client.say("{\"resume\":\"0-0-0\",\"content\":\"full\"}");
            }
            patient("s1", sam);
            flag("s1", sam);
            patient("n1", nora);
            desk.send(
                    "POST",
                    "/Subscription",
                    "{'resourceType':'Subscription','status':'off','reason':'r','criteria':'Flag?patient=n1',"
                            + "'channel':{'type':'websocket'}}",
                    nora);
            String last = flag("n1", nora);

            List<String> norths = north.next(3);
            assertThat(norths.get(0)).contains("\"id\":\"n1\"");
            assertThat(norths.get(1)).contains("\"type\":\"Subscription\"");
            assertThat(norths.get(2)).contains(last);
            assertThat(nurse.next(2)).noneMatch(event -> event.contains("Subscription"));
            assertThat(south.next(2)).allMatch(event -> event.contains("s1"));
            assertThat(south.rest()).isEmpty();
        }
        assertThat(desk.core.audit.entries())
                .filteredOn(entry -> entry.kind() == Entry.Kind.STREAM)
                .extracting(Entry::agent)
                .containsExactly("nora", "nick", "sam");
    }

    @Test
    void a_page_of_another_site_gets_no_socket_and_who_asks_for_none_is_told_so() throws Exception {
        assertThatThrownBy(() -> new SocketClient(url(), "Origin", "https://elsewhere.example"))
                .hasMessageContaining("WebSocketHandshakeException");
        assertThat(desk.get(url().replace("ws://", "http://")).status()).isEqualTo(426);
        try (var ours = new SocketClient(url(), "Origin", desk.base().replace("/fhir", ""))) {
            ours.say("not JSON");
            assertThat(ours.end()).startsWith("1008 ");
        }
    }

    @Test
    void a_socket_is_for_who_shows_who_they_are_and_has_a_role_at_the_bedside() throws Exception {
        desk.core.add("tess", Set.of(Role.TECHNICIAN), Optional.empty());
        String tess = token("tess");
        assertThatThrownBy(() -> new SocketClient(url())).hasMessageContaining("WebSocketHandshakeException");
        assertThatThrownBy(() -> new SocketClient(url(), "Authorization", "Bearer " + tess))
                .hasMessageContaining("WebSocketHandshakeException");
    }
}
