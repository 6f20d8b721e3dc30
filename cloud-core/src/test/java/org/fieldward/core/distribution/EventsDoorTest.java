package org.fieldward.core.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.Events;
import org.fieldward.core.clinical.event.EventType;
import org.fieldward.core.clinical.event.Issue;
import org.fieldward.core.clinical.event.Priority;
import org.fieldward.core.clinical.proof.ChartProofs;
import org.fieldward.core.distribution.api.EventsServlet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller hears of an event, over the real door. */
final class EventsDoorTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Events.Receipt RECEIPT = new Events.Receipt(
            17,
            "lab",
            "l1",
            "ward-3",
            EventType.LAB_RESULT,
            Priority.CRITICAL,
            "p1",
            NOON,
            NOON,
            List.of(new Events.Made(new Key("Observation", "o1"), 2)),
            List.of("critical: 2823-3"),
            4);

    private final List<Events.Arrival> arrived = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Events.Answer answer = new Events.Answer.Accepted(RECEIPT);
    private Optional<String> proof = Optional.empty();

    private final Events events = new Events() {
        @Override
        public Answer take(Arrival arrival, Author author) {
            arrived.add(arrival);
            return answer;
        }

        @Override
        public Optional<Receipt> receipt(long number, Sight sight) {
            return number == 17 ? Optional.of(RECEIPT) : Optional.empty();
        }
    };

    private final ChartProofs proofs = new ChartProofs() {
        @Override
        public State state(Key key, long version) {
            return new State.Signed(8);
        }

        @Override
        public Optional<String> proof(Key key, long version, Sight sight) {
            return proof;
        }
    };

    private final HttpDoor door = new FakeCore()
            .door(
                    HttpSettings.standard().withPort(0),
                    List.of(new Mount(
                            EventsServlet.PATH + "/*", new EventsServlet(events, proofs), EventsServlet.routes())),
                    () -> NOON);

    @AfterEach
    void close() {
        door.close();
    }

    private HttpResponse<String> post(String type) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + EventsServlet.PATH))
                        .header("Content-Type", type)
                        .header("X-Facility", "ward-3")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + EventsServlet.PATH + path))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void an_event_is_answered_with_its_number_and_how_far_its_proof_reaches() throws Exception {
        HttpResponse<String> said = post("application/json");

        assertThat(said.statusCode()).isEqualTo(201);
        assertThat(said.headers().firstValue("Location")).contains("/api/v1/events/17");
        assertThat(said.body())
                .contains("\"resources\":[\"Observation/o1/_history/2\"]")
                .contains("\"anchor\":{\"state\":\"signed\",\"treeSize\":8}");
        answer = new Events.Answer.Duplicate(RECEIPT);
        HttpResponse<String> again = post("application/fhir+json");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(said.body());
        assertThat(arrived).extracting(Events.Arrival::form).containsExactly(Events.Form.JSON, Events.Form.FHIR);
        assertThat(arrived).extracting(Events.Arrival::facility).containsOnly(Optional.of("ward-3"));
    }

    @Test
    void what_is_wrong_is_an_operation_outcome_that_names_element_and_rule() throws Exception {
        for (Issue.Code code : Issue.Code.values()) {
            answer = new Events.Answer.Refused(List.of(new Issue(code, "payload.visit", "must be there")));
            int expected = switch (code) {
                case STRUCTURE -> 400;
                case FORBIDDEN -> 403;
                case CONFLICT -> 409;
                case REQUIRED, VALUE, NOT_FOUND -> 422;
            };

            HttpResponse<String> said = post("application/json");

            assertThat(said.statusCode()).isEqualTo(expected);
            assertThat(said.body()).contains("OperationOutcome", "\"payload.visit\"", "must be there");
        }
    }

    @Test
    void a_proof_is_there_as_soon_as_a_checkpoint_covers_it() throws Exception {
        assertThat(get("/17/proof").statusCode()).isEqualTo(404);
        proof = Optional.of("{\"format\":\"x\"}");

        assertThat(get("/17/proof").body()).isEqualTo("{\"format\":\"x\"}");
        assertThat(get("/17/proof?of=Observation/o1").statusCode()).isEqualTo(200);
        assertThat(get("/17/proof?of=Observation/o2").statusCode()).isEqualTo(404);
        assertThat(get("/17").statusCode()).isEqualTo(200);
        assertThat(get("/18").statusCode()).isEqualTo(404);
        assertThat(get("/x").statusCode()).isEqualTo(404);
    }
}
