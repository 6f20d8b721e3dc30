package org.fieldward.installer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.fieldward.installer.part.Gateway;
import org.fieldward.proto.mllp.FrameReader;

/** A ward that records at its gateway: a person over HTTP, a laboratory over MLLP. */
final class RecordingWard {

    static final String ADMISSION =
            "{\"id\":\"ID\",\"type\":\"patient_admission\",\"priority\":\"medium\",\"occurredAt\":\"2026-03-01T08:00:00Z\","
                    + "\"patient\":{\"identifier\":{\"system\":\"urn:mrn\",\"value\":\"mrn-501\"},"
                    + "\"person\":{\"family\":\"Okello\",\"given\":\"Ada\"}},\"payload\":{\"visit\":\"V-501\"}}";
    static final String LAB =
            "{\"id\":\"ID\",\"type\":\"lab_result\",\"priority\":\"medium\",\"occurredAt\":\"2026-03-01T09:00:00Z\","
                    + "\"patient\":{\"identifier\":{\"system\":\"urn:mrn\",\"value\":\"mrn-501\"}},\"payload\":{\"accession\":\"ID\",\"results\":["
                    + "{\"test\":{\"code\":\"2823-3\"},\"value\":4.10,\"unit\":\"mmol/L\"}]}}";
    private static final String MESSAGE =
            "MSH|^~\\&|HIS|CLINIC|FW|WARD|20260301080000||ADT^A01|%s|P|2.5.1\rPID|1||601^^^HOSP^MR||Doe^Jo||19800501|F\r"
                    + "PV1|1|I|WARD^R1^1||||||||||||||||V-601|||||||||||||||||||||||||20260301080000\r";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Gateway gateway;
    private final HttpClient http = HttpClient.newHttpClient();
    private String login = "";

    RecordingWard(Gateway gateway) {
        this.gateway = gateway;
    }

    static Map<String, ?> admission(String number) {
        return Map.of(
                "id", "adm-" + number,
                "type", "patient_admission",
                "priority", "medium",
                "facility", "ward-7",
                "occurredAt", "2026-03-01T08:00:00Z",
                "patient",
                        Map.of(
                                "identifier", Map.of("system", "urn:mrn", "value", number),
                                "person", Map.of("family", "Doe")),
                "payload", Map.of("visit", "V-" + number));
    }

    void login() throws IOException, InterruptedException {
        String made = gateway.command("account", "add", "--role", "staff", "amy")
                .lines()
                .filter(line -> line.startsWith("amy:"))
                .findFirst()
                .orElseThrow();
        login = "Basic " + Base64.getEncoder().encodeToString(made.getBytes(StandardCharsets.UTF_8));
        // A running agent notices a new account within seconds.
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ask(HttpRequest.newBuilder().GET()).statusCode() == 401 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private int port(String of) {
        return gateway.awaitStatus(
                        status ->
                                status.path("pid").asLong() == gateway.process().pid()
                                        && status.path(of).path("port").asInt() > 0,
                        Duration.ofSeconds(30))
                .path(of)
                .path("port")
                .asInt();
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(
                request.uri(URI.create("http://127.0.0.1:" + port("clinic") + "/api/clinic/events"))
                        .header("Authorization", login)
                        .header("Content-Type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Status and state. */
    String record(String id, String event) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                ask(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(event.replace("ID", id))));
        return answer.statusCode() + " "
                + JSON.readTree(answer.body()).path("state").asText();
    }

    /** The acknowledgement's MSA. */
    String send(String id) throws IOException {
        try (var socket = new Socket("127.0.0.1", port("mllp"))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(FrameReader.frame(MESSAGE.formatted(id).getBytes(StandardCharsets.UTF_8)));
            InputStream in = socket.getInputStream();
            var frames = new FrameReader(10_000);
            byte[] piece = new byte[1_000];
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                for (FrameReader.Frame frame : frames.feed(piece, length)) {
                    String text = ((FrameReader.Frame.Whole) frame).bytes().toStringUtf8();
                    return text.substring(text.indexOf("MSA")).strip();
                }
            }
            throw new AssertionError("the gateway closed without an answer");
        }
    }

    /** In their order, once so many are settled and none waits. */
    List<String> awaitSettled(int count, Duration limit) throws IOException, InterruptedException {
        return await(
                states -> states.size() == count
                        && states.stream().noneMatch(one -> one.endsWith(" kept") || one.endsWith(" arrived")),
                limit);
    }

    /** In their order, as wanted or as they were at last. */
    List<String> await(Predicate<List<String>> wanted, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        List<String> states = List.of();
        while (System.nanoTime() < end) {
            states = new ArrayList<>();
            for (JsonNode event :
                    JSON.readTree(ask(HttpRequest.newBuilder().GET()).body()).path("events")) {
                String detail = event.path("detail").asText();
                states.addFirst(event.path("id").asText() + " "
                        + event.path("state").asText() + (detail.isEmpty() ? "" : ": " + detail));
            }
            if (wanted.test(states)) {
                return states;
            }
        }
        return states;
    }
}
