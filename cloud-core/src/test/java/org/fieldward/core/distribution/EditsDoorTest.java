package org.fieldward.core.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Role;
import org.fieldward.core.chart.store.Shelf;
import org.fieldward.core.distribution.edit.EditsServlet;
import org.fieldward.core.edit.Edits;
import org.fieldward.core.edit.SqlEdits;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Edits and decisions over the real door, on a real chart. */
final class EditsDoorTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Shelf shelf = new Shelf();
    private final FakeCore core = new FakeCore();
    private final Edits edits = new SqlEdits(shelf.database, shelf.chart, resource -> Optional.empty(), shelf.now::get);
    private final HttpDoor door = core.door(
            HttpSettings.standard().withPort(0),
            List.of(mount(EditsServlet.EDITS, ""), mount(EditsServlet.CONFLICTS, "/*")),
            () -> Shelf.NOON);
    private final HttpClient http = HttpClient.newHttpClient();

    private Mount mount(String path, String rest) {
        return new Mount(path + rest, new EditsServlet(edits), EditsServlet.routes(path));
    }

    EditsDoorTest() {
        core.add("ada", Set.of(Role.CLINICIAN), Optional.of(Set.of("ward")));
        core.add("nora", Set.of(Role.NURSE), Optional.of(Set.of("ward")));
        core.add("eve", Set.of(Role.CLINICIAN), Optional.of(Set.of("other")));
        shelf.create(author("ward"), Shelf.patient("jo", "Doe"));
        Patient changed = Shelf.patient("jo", "Doe");
        changed.setGender(AdministrativeGender.MALE);
        shelf.update(author("ward"), changed);
    }

    @AfterEach
    void close() {
        door.close();
        shelf.close();
    }

    private HttpResponse<String> send(String who, String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        if (!who.isEmpty()) {
            String login = "{\"name\":\"" + who + "\",\"password\":\"" + who + who + "\"}";
            JsonNode signedIn =
                    JSON.readTree(send("", "POST", "/api/v1/sign-in", login).body());
            request.header("Authorization", "Bearer " + signedIn.path("token").asText());
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** An edit of the first version. */
    private static String edit(String members) {
        return "{\"baseVersion\":1,\"resource\":{\"resourceType\":\"Patient\",\"id\":\"jo\",\"name\":[{\"family\":\"Doe\"}],"
                + "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"jo\"}]," + members + "}}";
    }

    private static final String FEMALE = edit("\"gender\":\"female\"");

    @Test
    void an_edit_in_conflict_is_shown_side_by_side_and_decided() throws Exception {
        HttpResponse<String> kept = send("ada", "POST", EditsServlet.EDITS, FEMALE);
        assertThat(kept.statusCode()).isEqualTo(202);
        assertThat(kept.body()).isEqualTo("{\"conflict\":1,\"elements\":[\"Patient.gender\"]}");
        assertThat(kept.headers().firstValue("Location")).contains("/api/v1/conflicts/1");
        JsonNode shown =
                JSON.readTree(send("ada", "GET", "/api/v1/conflicts/1", "").body());
        assertThat(shown.path("conflicts").toString())
                .isEqualTo("[{\"element\":\"Patient.gender\",\"ours\":\"male\",\"theirs\":\"female\"}]");
        assertThat(shown.path("author").asText()).isEqualTo("ada");
        assertThat(send("ada", "POST", "/api/v1/conflicts/1", "{\"decision\":\"theirs\",\"version\":2}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("ada", "POST", "/api/v1/conflicts/1", "{\"decision\":\"ours\",\"version\":3}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(send("ada", "GET", "/api/v1/conflicts", "").body()).isEqualTo("{\"conflicts\":[]}");
        assertThat(JSON.readTree(send("ada", "GET", "/api/v1/conflicts?open=false", "")
                                .body())
                        .at("/conflicts/0/decided/by")
                        .asText())
                .isEqualTo("ada");
    }

    @Test
    void an_edit_that_fits_is_merged() throws Exception {
        HttpResponse<String> merged = send("ada", "POST", EditsServlet.EDITS, edit("\"language\":\"fr\""));
        // The gender was changed here, and that is never merged unseen; an edit of the newest version is.
        assertThat(merged.statusCode()).isEqualTo(202);
        HttpResponse<String> newest = send(
                "ada",
                "POST",
                EditsServlet.EDITS,
                edit("\"gender\":\"male\",\"language\":\"fr\"").replace("\"baseVersion\":1", "\"baseVersion\":2"));
        assertThat(newest.body()).isEqualTo("{\"outcome\":\"merged\",\"resource\":\"Patient/jo\",\"version\":3}");
    }

    @Test
    void roles_and_facilities_hold_for_edits_as_for_any_other_change() throws Exception {
        assertThat(send("nora", "POST", EditsServlet.EDITS, FEMALE).statusCode())
                .as("a nurse changes no Patient")
                .isEqualTo(403);
        assertThat(send("eve", "POST", EditsServlet.EDITS, FEMALE).statusCode()).isEqualTo(404);
        send("ada", "POST", EditsServlet.EDITS, FEMALE);
        assertThat(send("nora", "GET", "/api/v1/conflicts/1", "").statusCode()).isEqualTo(200);
        assertThat(send("nora", "POST", "/api/v1/conflicts/1", "{\"decision\":\"theirs\",\"version\":2}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("eve", "GET", "/api/v1/conflicts/1", "").statusCode()).isEqualTo(404);
        assertThat(send("eve", "GET", "/api/v1/conflicts", "").body()).isEqualTo("{\"conflicts\":[]}");
    }

    @Test
    void what_is_wrong_with_an_edit_is_said_without_what_it_said() throws Exception {
        for (String[] wrong : new String[][] {
            {"{", "400"},
            {"{\"baseVersion\":1}", "422"},
            {FEMALE.replace("\"baseVersion\":1", "\"baseVersion\":\"x\""), "422"},
            {FEMALE.replace("\"id\":\"jo\",", ""), "422"},
            {edit("\"secret\":\"x\""), "422"},
            {edit("\"gender\":\"secret\""), "422"}
        }) {
            HttpResponse<String> answer = send("ada", "POST", EditsServlet.EDITS, wrong[0]);
            assertThat(answer.statusCode()).as(wrong[0]).isEqualTo(Integer.parseInt(wrong[1]));
            assertThat(answer.body()).contains("error").doesNotContain("secret");
        }
    }
}
