package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldward.core.distribution.FakeCore;
import org.fieldward.core.distribution.rest.Desktop.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bulk exports (https://hl7.org/fhir/uv/bulkdata/export.html). */
final class ExportTest {

    private final Desktop desk = new Desktop();

    @AfterEach
    void close() {
        desk.close();
    }

    private String patient(int observations) {
        String id = desk.send("POST", "/Patient", "{'resourceType':'Patient'}").id();
        for (int i = 0; i < observations; i++) {
            desk.send(
                    "POST",
                    "/Flag",
                    "{'resourceType':'Flag','status':'active','code':{'text':'x'},'subject':" + "{'reference':'Patient/"
                            + id + "'}}");
        }
        return id;
    }

    private String start(String path) {
        Reply asked = desk.get(path, "Prefer", "respond-async", "Accept", "application/fhir+json");
        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        return asked.header("Content-Location").orElseThrow();
    }

    private Reply await(String status) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        Reply reply = desk.get(status);
        while (reply.status() == 202 && System.nanoTime() < end) {
            reply = desk.get(status);
        }
        return reply;
    }

    /** Lines by type. */
    private Map<String, List<String>> files(Reply done) {
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        var files = new TreeMap<String, List<String>>();
        for (JsonNode output : done.json().path("output")) {
            Reply file = desk.get(output.path("url").asText());
            assertThat(file.header("Content-Type")).contains("application/fhir+ndjson");
            files.put(output.path("type").asText(), file.text().lines().toList());
        }
        return files;
    }

    @Test
    void everything_comes_as_lines_by_type_and_is_gone_when_it_is_deleted() {
        patient(3);
        desk.send("POST", "/Organization", "{'resourceType':'Organization','name':'North'}");

        String status = start("/$export");
        Reply done = await(status);

        assertThat(done.json().path("request").asText()).isEqualTo(desk.base() + "/$export");
        Map<String, List<String>> files = files(done);
        assertThat(files.keySet()).containsExactly("Flag", "Organization", "Patient");
        assertThat(files.get("Flag")).hasSize(3).allMatch(line -> line.contains("\"resourceType\":\"Flag\""));
        assertThat(desk.send("DELETE", status, "").status()).isEqualTo(202);
        assertThat(desk.get(status).status()).isEqualTo(404);
    }

    @Test
    void patients_and_groups_bring_their_own_and_nothing_else() {
        String anna = patient(2);
        patient(5);
        desk.send("POST", "/Organization", "{'resourceType':'Organization','name':'North'}");
        String group = desk.send(
                        "POST",
                        "/Group",
                        "{'resourceType':'Group','type':'person','actual':true,'member':[{'entity':{'reference':'Patient/"
                                + anna + "'}}]}")
                .id();

        Map<String, List<String>> all = files(await(start("/Patient/$export")));
        assertThat(all).doesNotContainKey("Organization");
        assertThat(all.get("Flag")).hasSize(7);
        Map<String, List<String>> few = files(await(start("/Group/" + group + "/$export?_type=Flag,Patient")));
        assertThat(few.keySet()).containsExactly("Flag", "Patient");
        assertThat(few.get("Flag")).hasSize(2);
        assertThat(few.get("Patient")).singleElement().asString().contains(anna);
        assertThat(desk.get("/Group/none/$export", "Prefer", "respond-async").status())
                .isEqualTo(404);
    }

    /** A patient that the chart knows, with a monitor that measured two values this often. */
    private void monitored(String patient, String device, int readings) {
        desk.send("PUT", "/Patient/" + patient, "{'resourceType':'Patient','id':'" + patient + "'}");
        desk.core.admit(patient, "Meyer", "Anna", device, "1");
        for (int i = 1; i <= readings; i++) {
            desk.core.readings.accept(reading(
                    device, patient, FakeCore.NOW.minusSeconds(i), number("heart-rate", "72"), number("spo2", "97")));
        }
    }

    @Test
    void observations_of_readings_are_in_every_kind_of_export() {
        monitored("e1", "mon-e1", 3);
        monitored("e2", "mon-e2", 1_001);
        desk.send(
                "POST",
                "/Observation",
                "{'resourceType':'Observation','status':'final','code':{'text':'stored'},"
                        + "'subject':{'reference':'Patient/e1'}}");
        String group = desk.send(
                        "POST",
                        "/Group",
                        "{'resourceType':'Group','type':'person','actual':true,'member':["
                                + "{'entity':{'reference':'Patient/e1'}}]}")
                .id();

        assertThat(files(await(start("/$export?_type=Observation"))).get("Observation"))
                .hasSize(6 + 2_002 + 1);
        assertThat(files(await(start("/Patient/$export?_type=Observation"))).get("Observation"))
                .hasSize(6 + 2_002 + 1);
        assertThat(files(await(start("/Group/" + group + "/$export?_type=Observation,Provenance")))
                        .get("Observation"))
                .hasSize(6 + 1)
                .allMatch(line -> line.contains("Patient/e1") && line.startsWith("{\"resourceType\":\"Observation\""));
    }

    @Test
    void everything_of_a_patient_goes_on_with_observations_of_readings_page_by_page() {
        monitored("v1", "mon-v1", 5);
        monitored("v2", "mon-v2", 5);
        desk.send(
                "POST",
                "/Flag",
                "{'resourceType':'Flag','status':'active','code':{'text':'x'},'subject':{'reference':'Patient/v1'}}");
        var seen = new ArrayList<String>();
        String page = "/Patient/v1/$everything?_count=4";
        while (!page.isEmpty()) {
            Reply reply = desk.get(page);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            page = "";
            for (JsonNode link : reply.json().path("link")) {
                page = link.path("relation").asText().equals("next")
                        ? link.path("url").asText()
                        : page;
            }
            for (JsonNode entry : reply.json().path("entry")) {
                if (entry.at("/search/mode").asText().equals("match")) {
                    seen.add(entry.at("/resource/resourceType").asText() + "/"
                            + entry.at("/resource/id").asText());
                }
            }
        }
        assertThat(seen).doesNotHaveDuplicates().hasSize(12);
        assertThat(seen.getFirst()).isEqualTo("Patient/v1");
        assertThat(seen.get(1)).startsWith("Flag/");
        assertThat(seen.subList(2, 12)).allMatch(one -> one.startsWith("Observation/mon-v1."));
        assertThat(desk.get("/Patient/v1/$everything?_type=Flag").json().path("entry"))
                .hasSize(1);
        assertThat(desk.get("/Patient/v1/$everything?_type=Observation&_since=not")
                        .element())
                .isEqualTo("http._since");
    }

    @Test
    void a_restart_goes_on_with_what_was_not_whole() {
        patient(2);
        String status = start("/$export?_type=Patient,Flag");
        desk.restart();

        Reply done = await("/$export/" + status.substring(status.lastIndexOf('/') + 1));

        assertThat(files(done).keySet()).containsExactly("Flag", "Patient");
    }

    @Test
    void what_cannot_be_served_is_refused_by_name() {
        assertThat(desk.get("/$export").element()).isEqualTo("http.Prefer");
        assertThat(desk.get("/$export?_type=Teapot", "Prefer", "respond-async").element())
                .isEqualTo("http._type");
        assertThat(desk.get("/$export?_typeFilter=x", "Prefer", "respond-async").element())
                .isEqualTo("http._typeFilter");
        assertThat(desk.get("/$export?_since=soon", "Prefer", "respond-async").element())
                .isEqualTo("http._since");
        assertThat(desk.get("/$export/none").status()).isEqualTo(404);
    }
}
