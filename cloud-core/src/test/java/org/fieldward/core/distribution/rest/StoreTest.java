package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.fieldward.core.distribution.rest.Desktop.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one request on one resource does (https://hl7.org/fhir/R4/http.html). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoreTest {

    private static final String ANNA = "{'resourceType':'Patient','identifier':[{'system':'urn:mrn','value':'%s'}],"
            + "'name':[{'family':'Anders'}],'gender':'female'}";

    private final Desktop desk = new Desktop();

    @AfterAll
    void close() {
        desk.close();
    }

    private Reply create(String identifier) {
        Reply made = desk.send("POST", "/Patient", ANNA.formatted(identifier));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made;
    }

    @Test
    void what_is_created_is_told_by_address_tag_and_time_and_can_be_read_by_each() {
        Reply made = create("c1");

        assertThat(made.header("Location")).contains(desk.base() + "/Patient/" + made.id() + "/_history/1");
        assertThat(made.header("ETag")).contains("W/\"1\"");
        assertThat(made.response().headers().allValues("ETag")).hasSize(1);
        assertThat(made.header("Last-Modified")).contains("Sun, 01 Mar 2026 12:00:00 GMT");
        assertThat(made.version()).isEqualTo("1");
        Reply read = desk.get("/Patient/" + made.id());
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.json()).isEqualTo(made.json());
        assertThat(read.header("ETag")).contains("W/\"1\"");
        assertThat(desk.get(made.header("Location").orElseThrow()).json()).isEqualTo(made.json());
    }

    @Test
    void an_update_makes_a_version_and_the_old_one_stays() {
        Reply made = create("u1");
        String changed = made.text().replace("Anders", "Berg");

        Reply updated = desk.send("PUT", "/Patient/" + made.id(), changed);

        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.version()).isEqualTo("2");
        assertThat(desk.get("/Patient/" + made.id() + "/_history/1").text()).contains("Anders");
        assertThat(desk.send("PUT", "/Patient/" + made.id(), changed).version())
                .as("nothing new: no version")
                .isEqualTo("2");
        Reply history = desk.get("/Patient/" + made.id() + "/_history");
        assertThat(history.json().at("/type").asText()).isEqualTo("history");
        assertThat(history.json().findValuesAsText("method")).containsExactly("PUT", "POST");
        assertThat(history.json().findValuesAsText("etag")).containsExactly("W/\"2\"", "W/\"1\"");
    }

    @Test
    void an_update_to_an_id_of_the_clients_own_makes_it() {
        Reply made = desk.send("PUT", "/Patient/own-1", "{'resourceType':'Patient','id':'own-1'}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(desk.send("PUT", "/Patient/own-2", "{'resourceType':'Patient','id':'own-1'}")
                        .status())
                .isEqualTo(400);
        assertThat(desk.send("PUT", "/Patient/own-2", "{'resourceType':'Patient'}")
                        .element())
                .isEqualTo("Patient.id");
    }

    @Test
    void a_deleted_resource_is_gone_keeps_its_history_and_can_come_back() {
        Reply made = create("d1");
        assertThat(desk.send("DELETE", "/Patient/" + made.id(), "").status()).isEqualTo(204);
        assertThat(desk.get("/Patient/" + made.id()).status()).isEqualTo(410);
        assertThat(desk.get("/Patient/" + made.id() + "/_history/2").status()).isEqualTo(410);
        assertThat(desk.get("/Patient/" + made.id() + "/_history/1").status()).isEqualTo(200);
        assertThat(desk.get("/Patient/" + made.id() + "/_history").json().findValuesAsText("method"))
                .containsExactly("DELETE", "POST");
        assertThat(desk.send("DELETE", "/Patient/" + made.id(), "").status()).isEqualTo(204);
        assertThat(desk.send("DELETE", "/Patient/never", "").status()).isEqualTo(204);
        assertThat(desk.get("/Patient/never").status()).isEqualTo(404);
        assertThat(desk.get("/Patient/never/_history").status()).isEqualTo(404);
        assertThat(desk.send("PUT", "/Patient/" + made.id(), made.text()).status())
                .isEqualTo(201);
    }

    @Test
    void who_names_the_version_that_is_meant_changes_no_other() {
        Reply made = create("v1");
        String path = "/Patient/" + made.id();
        String changed = made.text().replace("Anders", "Cohn");

        assertThat(desk.send("PUT", path, changed, "If-Match", "W/\"1\"").status())
                .isEqualTo(200);
        Reply late = desk.send("PUT", path, changed.replace("Cohn", "Dahl"), "If-Match", "W/\"1\"");
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.element()).isEqualTo("http.If-Match");
        assertThat(desk.send("DELETE", path, "", "If-Match", "W/\"1\"").status())
                .isEqualTo(412);
        assertThat(desk.send("PUT", path, changed, "If-Match", "soon").status()).isEqualTo(400);
        assertThat(desk.send("DELETE", path, "", "If-Match", "W/\"2\"").status())
                .isEqualTo(204);
    }

    @Test
    void who_has_the_newest_is_told_so_without_it() {
        Reply made = create("n1");
        String path = "/Patient/" + made.id();

        Reply known = desk.get(path, "If-None-Match", "W/\"1\"");
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.text()).isEmpty();
        assertThat(desk.get(path, "If-None-Match", "W/\"9\"").status()).isEqualTo(200);
        assertThat(desk.get(path, "If-Modified-Since", "Sun, 01 Mar 2026 12:00:00 GMT")
                        .status())
                .isEqualTo(304);
        assertThat(desk.get(path, "If-Modified-Since", "Sun, 01 Mar 2026 11:59:59 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void conditional_writes_find_whom_they_mean() {
        assertThat(desk.send("POST", "/Patient", ANNA.formatted("k1"), "If-None-Exist", "identifier=urn:mrn|k1")
                        .status())
                .isEqualTo(201);
        Reply again = desk.send("POST", "/Patient", ANNA.formatted("k1"), "If-None-Exist", "identifier=urn:mrn|k1");
        assertThat(again.status()).isEqualTo(200);
        Reply updated = desk.send(
                "PUT", "/Patient?identifier=urn:mrn%7Ck1", ANNA.formatted("k1").replace("Anders", "Egli"));
        assertThat(updated.status()).as(updated.text()).isEqualTo(200);
        assertThat(updated.id()).isEqualTo(again.id());
        assertThat(desk.send("PUT", "/Patient?identifier=urn:mrn%7Ck2", ANNA.formatted("k2"))
                        .status())
                .isEqualTo(201);
        assertThat(desk.send("PUT", "/Patient", ANNA.formatted("k3")).status()).isEqualTo(412);
        create("k1");
        assertThat(desk.send("PUT", "/Patient?identifier=urn:mrn%7Ck1", ANNA.formatted("k1"))
                        .status())
                .isEqualTo(412);
        assertThat(desk.send("DELETE", "/Patient?identifier=urn:mrn%7Ck1", "").status())
                .isEqualTo(412);
        assertThat(desk.send("DELETE", "/Patient?identifier=urn:mrn%7Ck2", "").status())
                .isEqualTo(204);
        assertThat(desk.send("DELETE", "/Patient?identifier=urn:mrn%7Cnobody", "")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void a_patch_changes_what_it_names_and_nothing_else() {
        Reply made = create("p1");
        String path = "/Patient/" + made.id();

        Reply patched = patch(
                path,
                "[{'op':'replace','path':'/name/0/family','value':'Frey'},"
                        + "{'op':'add','path':'/active','value':true},{'op':'test','path':'/gender','value':'female'}]");
        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
        assertThat(patched.json().at("/name/0/family").asText()).isEqualTo("Frey");
        assertThat(patched.json().path("active").asBoolean()).isTrue();
        assertThat(patched.version()).isEqualTo("2");
        assertThat(patch(path, "[{'op':'test','path':'/gender','value':'male'}]")
                        .status())
                .isEqualTo(422);
        assertThat(patch(path, "[{'op':'add','path':'/gender','value':'blue'}]").element())
                .isEqualTo("Patient.gender");
        assertThat(patch(path, "[{'op':'add','path':'/colour','value':'blue'}]").status())
                .isEqualTo(400);
        assertThat(patch(path, "[{'op':'replace','path':'/id','value':'x'}]").status())
                .isEqualTo(422);
        assertThat(patch(path, "{}").status()).isEqualTo(400);
        assertThat(patch("/Patient/never", "[]").status()).isEqualTo(404);
        assertThat(desk.bytes("PATCH", path, "[]".getBytes(), "application/octet-stream")
                        .status())
                .isEqualTo(415);
        assertThat(desk.get(path).version()).isEqualTo("2");
    }

    @Test
    void a_fhirpath_patch_changes_what_its_paths_name() {
        Reply made = create("p2");
        String path = "/Patient/" + made.id();
        String operation = "{'resourceType':'Parameters','parameter':[{'name':'operation','part':["
                + "{'name':'type','valueCode':'replace'},{'name':'path','valueString':'%s'},{'name':'value',%s}]}]}";

        Reply patched = desk.send(
                "PATCH",
                path,
                operation.formatted("Patient.name[0].family", "'valueString':'Frey'"),
                "If-Match",
                "W/\"1\"");
        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
        assertThat(patched.json().at("/name/0/family").asText()).isEqualTo("Frey");
        assertThat(patched.version()).isEqualTo("2");
        Reply wrong = desk.send("PATCH", path, operation.formatted("Patient.gender", "'valueCode':'blue'"));
        assertThat(wrong.status()).isBetween(400, 422);
        Reply nowhere = desk.send("PATCH", path, operation.formatted("Patient.photo", "'valueString':'x'"));
        assertThat(nowhere.status()).isEqualTo(422);
        assertThat(nowhere.element()).isEqualTo("Parameters.parameter[0]");
        assertThat(desk.send("PATCH", path, operation.formatted("Patient.id", "'valueId':'x'"))
                        .status())
                .isEqualTo(422);
        assertThat(desk.send("PATCH", path, "{'resourceType':'Patient'}").status())
                .isEqualTo(400);
        assertThat(desk.get(path).version()).isEqualTo("2");
    }

    private Reply patch(String path, String patch) {
        return desk.bytes("PATCH", path, patch.replace('\'', '"').getBytes(), "application/json-patch+json");
    }

    @Test
    void what_is_wrong_is_refused_with_its_place_and_rule() {
        Reply unknown = desk.send("POST", "/Patient", "{'resourceType':'Patient','colour':'blue'}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.text()).contains("colour");
        Reply type = desk.send("POST", "/Patient", "{'resourceType':'Patient','active':'perhaps'}");
        assertThat(type.status()).isEqualTo(400);
        assertThat(type.element()).isEqualTo("Patient.active");
        Reply code = desk.send("POST", "/Observation", "{'resourceType':'Observation','status':'final'}");
        assertThat(code.status()).isEqualTo(422);
        assertThat(code.rule()).contains("Observation.code");
        assertThat(desk.send("POST", "/Patient", "{'resourceType':'Observation'}")
                        .status())
                .isEqualTo(400);
        assertThat(desk.send("POST", "/Patient", "not even json").status()).isEqualTo(400);
        assertThat(desk.send("POST", "/Patient", "").status()).isIn(400, 415);
        assertThat(desk.send("POST", "/Teapot", "{'resourceType':'Teapot'}").status())
                .isEqualTo(404);
        assertThat(desk.get("/Patient/" + "x".repeat(65)).status()).isEqualTo(404);
        assertThat(desk.get("/Patient/a/_history/first").status()).isEqualTo(404);
        assertThat(desk.send("PUT", "/Patient/a/_history/1", "{'resourceType':'Patient'}")
                        .status())
                .isIn(404, 405);
    }

    @Test
    void the_client_says_what_it_wants_back() {
        String body = ANNA.formatted("w1");
        assertThat(desk.send("POST", "/Patient", body, "Prefer", "return=minimal")
                        .text())
                .isEmpty();
        assertThat(desk.send("POST", "/Patient", body, "Prefer", "return=OperationOutcome")
                        .json()
                        .path("resourceType")
                        .asText())
                .isEqualTo("OperationOutcome");
        Reply made = create("w2");
        assertThat(desk.get("/Patient/" + made.id() + "?_summary=true")
                        .json()
                        .at("/meta/tag/0/code")
                        .asText())
                .isEqualTo("SUBSETTED");
        assertThat(desk.get("/Patient/" + made.id() + "?_elements=gender")
                        .json()
                        .has("name"))
                .isFalse();
        assertThat(desk.get("/Patient/" + made.id(), "Accept", "application/fhir+xml")
                        .text())
                .startsWith("<Patient");
        assertThat(desk.bytes(
                                "POST",
                                "/Patient",
                                "<Patient xmlns=\"http://hl7.org/fhir\"><gender value=\"male\"/></Patient>".getBytes(),
                                "application/fhir+xml")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void of_two_who_book_one_slot_at_once_one_succeeds_and_a_cancel_frees_it() throws Exception {
        String schedule = desk.send("POST", "/Schedule", "{'resourceType':'Schedule','actor':[{'display':'Dr Hall'}]}")
                .id();
        String slot = desk.send(
                        "POST",
                        "/Slot",
                        "{'resourceType':'Slot','status':'free','schedule':{'reference':'Schedule/" + schedule
                                + "'},'start':'2026-04-01T08:00:00Z','end':'2026-04-01T08:15:00Z'}")
                .id();
        String booking = "{'resourceType':'Appointment','status':'booked','start':'2026-04-01T08:00:00Z',"
                + "'end':'2026-04-01T08:15:00Z','slot':[{'reference':'Slot/" + slot
                + "'}],'participant':[{'actor':{'display':'Anna'},'status':'accepted'}]}";
        List<Reply> replies;
        try (var pool = Executors.newFixedThreadPool(6)) {
            Callable<Reply> book = () -> desk.send("POST", "/Appointment", booking);
            replies = pool.invokeAll(List.of(book, book, book, book, book, book)).stream()
                    .map(future -> future.resultNow())
                    .toList();
        }
        assertThat(replies).extracting(Reply::status).containsOnlyOnce(201).containsOnly(201, 409);
        assertThat(desk.get("/Slot/" + slot).json().path("status").asText()).isEqualTo("busy");
        Reply booked =
                replies.stream().filter(one -> one.status() == 201).findFirst().orElseThrow();
        Reply cancelled =
                desk.send("PUT", "/Appointment/" + booked.id(), booked.text().replace("\"booked\"", "\"cancelled\""));
        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
        assertThat(desk.get("/Slot/" + slot).json().path("status").asText()).isEqualTo("free");
        assertThat(desk.send("POST", "/Appointment", booking).status()).isEqualTo(201);
    }

    @Test
    void who_saw_whom_is_in_the_audit_and_nobody_writes_there() {
        Reply made = create("audited");
        desk.get("/Patient/" + made.id());
        desk.get("/Patient?identifier=urn:mrn%7Caudited");

        Reply found = desk.get("/AuditEvent?patient=Patient/" + made.id());

        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.json().findValuesAsText("action")).contains("C", "R");
        String id = found.json().at("/entry/0/resource/id").asText();
        assertThat(desk.get("/AuditEvent/" + id).json().path("resourceType").asText())
                .isEqualTo("AuditEvent");
        assertThat(desk.get("/AuditEvent?patient=Patient/" + made.id() + "&_count=1")
                        .json()
                        .path("entry"))
                .hasSize(1);
        assertThat(desk.get("/AuditEvent?date=ge2027").json().path("entry")).isEmpty();
        assertThat(desk.get("/AuditEvent?date=soon").element()).isEqualTo("http.date");
        assertThat(desk.send("POST", "/AuditEvent", "{'resourceType':'AuditEvent'}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void the_api_is_described_for_machines_and_people() {
        Reply document = desk.get("/api-docs");
        assertThat(document.json().path("openapi").asText()).startsWith("3.");
        assertThat(document.json().path("paths").has("/Patient/{id}/$everything"))
                .isTrue();
        assertThat(document.json().at("/paths/~1AuditEvent").has("post")).isFalse();
        assertThat(desk.get("/api-docs", "Accept", "text/html").text()).contains("<td>Appointment");
    }
}
