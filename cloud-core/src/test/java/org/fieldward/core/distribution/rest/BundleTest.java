package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.distribution.rest.Desktop.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bundles of requests, and Bundles of pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BundleTest {

    private static final String A = "urn:uuid:0a51b7a5-6a4e-4f2e-9c01-0c8e1a11a001";
    private static final String B = "urn:uuid:0a51b7a5-6a4e-4f2e-9c01-0c8e1a11a002";

    private final Desktop desk = new Desktop();

    @AfterAll
    void close() {
        desk.close();
    }

    private Reply send(String type, String... entries) {
        return desk.send(
                "POST",
                "",
                "{'resourceType':'Bundle','type':'" + type + "','entry':[" + String.join(",", entries) + "]}");
    }

    private static String post(String fullUrl, String resource, String type, String more) {
        return "{'fullUrl':'" + fullUrl + "','resource':" + resource + ",'request':{'method':'POST','url':'" + type
                + "'" + more + "}}";
    }

    private static String patient(String mrn) {
        return "{'resourceType':'Patient','identifier':[{'system':'urn:mrn','value':'" + mrn + "'}]}";
    }

    private static String pulse(String subject) {
        return "{'resourceType':'Observation','status':'final','code':{'text':'pulse'},'effectiveDateTime':'2026-03-01T10:00:00Z','subject':{'reference':'"
                + subject + "'},'extension':[{'url':'http://house.example/who','valueReference':{'reference':'"
                + subject + "'}}]}";
    }

    private static List<String> status(Reply reply) {
        var all = new ArrayList<String>();
        for (JsonNode entry : reply.json().path("entry")) {
            all.add(entry.at("/response/status").asText());
        }
        return all;
    }

    private int patients(String mrn) {
        return desk.get("/Patient?_total=accurate&identifier=urn:mrn%7C" + mrn)
                .json()
                .path("total")
                .asInt();
    }

    private List<Entry.Part> audited() {
        return desk.core.audit.entries().getLast().parts();
    }

    @Test
    void the_audit_names_what_each_request_of_a_bundle_was_also_of_one_that_was_refused() {
        Reply done = send(
                "transaction",
                post(A, patient("a1"), "Patient", ""),
                "{'request':{'method':'GET','url':'Flag?patient.identifier=urn:mrn|a1'}}");
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        String made = done.json().at("/entry/0/response/location").asText().replaceFirst("/_history.*", "");

        assertThat(audited())
                .containsExactly(
                        new Entry.Part("create", made, 201),
                        new Entry.Part("search", "Flag?patient.identifier=urn:mrn|a1", 200));

        send(
                "batch",
                "{'request':{'method':'GET','url':'" + made + "'}}",
                "{'request':{'method':'GET','url':'Flag/no'}}");
        assertThat(audited())
                .containsExactly(new Entry.Part("read", made, 200), new Entry.Part("read", "Flag/no", 404));
        JsonNode entities = desk.get("/AuditEvent?_count=1").json().at("/entry/0/resource/entity");
        assertThat(entities.findValuesAsText("reference")).contains(made, "Flag/no");
    }

    @Test
    void entries_name_each_other_whatever_their_order_also_within_extensions() {
        Reply done = send(
                "transaction",
                post(B, pulse(A), "Observation", ""),
                post(A, patient("t1"), "Patient", ""),
                "{'request':{'method':'GET','url':'Patient?identifier=urn:mrn|t1&_total=accurate'}}");

        assertThat(done.status()).as(done.text()).isEqualTo(200);
        assertThat(done.json().path("type").asText()).isEqualTo("transaction-response");
        assertThat(status(done)).containsExactly("201", "201", "200");
        String observation = done.json().at("/entry/0/response/location").asText();
        String patient = done.json().at("/entry/1/response/location").asText().replaceFirst("/_history/1$", "");
        JsonNode stored =
                desk.get("/" + observation.replaceFirst("/_history/1$", "")).json();
        assertThat(stored.at("/subject/reference").asText()).isEqualTo(patient);
        assertThat(stored.at("/extension/0/valueReference/reference").asText()).isEqualTo(patient);
        assertThat(done.json().at("/entry/2/resource/total").asInt()).isEqualTo(1);
        assertThat(done.json().at("/entry/0/response/etag").asText()).isEqualTo("W/\"1\"");
    }

    @Test
    void one_wrong_entry_undoes_all_and_is_named() {
        Reply invalid = send(
                "transaction",
                post(A, patient("t2"), "Patient", ""),
                post(B, "{'resourceType':'Observation','status':'final'}", "Observation", ""));
        assertThat(invalid.status()).isEqualTo(422);
        assertThat(invalid.element()).startsWith("Bundle.entry[1].resource");
        Reply dangling =
                send("transaction", post(A, patient("t2"), "Patient", ""), post(B, pulse(B + "9"), "Observation", ""));
        assertThat(dangling.status()).isEqualTo(400);
        assertThat(dangling.element()).startsWith("Bundle.entry[1].resource.");
        Reply stale = send(
                "transaction",
                post(A, patient("t2"), "Patient", ""),
                "{'resource':{'resourceType':'Patient','id':'t2-none'},'request':{'method':'PUT','url':'Patient/t2-none',"
                        + "'ifMatch':'7'}}");
        assertThat(stale.status()).as(stale.text()).isEqualTo(412);
        assertThat(stale.element()).isEqualTo("Bundle.entry[1].request");

        assertThat(patients("t2")).isZero();
    }

    @Test
    void references_by_condition_are_resolved_and_must_meet_one() {
        send("transaction", post(A, patient("t3"), "Patient", ""));
        Reply done = send("transaction", post(B, pulse("Patient?identifier=urn:mrn|t3"), "Observation", ""));
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        assertThat(desk.get("/" + done.json().at("/entry/0/response/location").asText())
                        .json()
                        .at("/subject/reference")
                        .asText())
                .startsWith("Patient/");
        assertThat(send("transaction", post(B, pulse("Patient?identifier=urn:mrn|nobody"), "Observation", ""))
                        .status())
                .isEqualTo(412);
    }

    @Test
    void what_shall_be_made_only_once_is_not_made_again() {
        String once = post(A, patient("t4"), "Patient", ",'ifNoneExist':'identifier=urn:mrn|t4'");
        assertThat(status(send("transaction", once, post(B, pulse(A), "Observation", ""))))
                .containsExactly("201", "201");
        Reply again = send("transaction", once, post(B, pulse(A), "Observation", ""));
        assertThat(status(again)).containsExactly("200", "201");
        assertThat(patients("t4")).isEqualTo(1);
        assertThat(send("transaction", once, once).status()).isEqualTo(400);
    }

    @Test
    void deletes_come_first_and_one_resource_is_meant_once() {
        Reply made = desk.send("POST", "/Patient", patient("t5"));
        String delete = "{'request':{'method':'DELETE','url':'Patient/" + made.id() + "'}}";
        Reply swapped = send(
                "transaction", post(A, patient("t5"), "Patient", ",'ifNoneExist':'identifier=urn:mrn|t5'"), delete);
        assertThat(status(swapped)).containsExactly("201", "204");
        assertThat(send("transaction", delete, delete).status()).isEqualTo(400);
        assertThat(send("transaction", "{'request':{'method':'POST','url':''}}").status())
                .isEqualTo(400);
        assertThat(send("collection").element()).isEqualTo("Bundle.type");
    }

    @Test
    void a_fhirpath_patch_in_a_transaction_may_name_what_another_entry_makes() {
        Reply made = desk.send("POST", "/Patient", patient("fp1"));
        Reply done = send(
                "transaction",
                "{'resource':{'resourceType':'Parameters','parameter':[{'name':'operation','part':["
                        + "{'name':'type','valueCode':'add'},{'name':'path','valueString':'Patient'},"
                        + "{'name':'name','valueString':'managingOrganization'},"
                        + "{'name':'value','valueReference':{'reference':'" + A + "'}}]}]},"
                        + "'request':{'method':'PATCH','url':'Patient/" + made.id() + "'}}",
                post(A, "{'resourceType':'Organization','name':'North'}", "Organization", ""));

        assertThat(done.status()).as(done.text()).isEqualTo(200);
        assertThat(desk.get("/Patient/" + made.id())
                        .json()
                        .at("/managingOrganization/reference")
                        .asText())
                .startsWith("Organization/");
    }

    @Test
    void a_patch_in_a_transaction_is_a_binary() {
        Reply made = desk.send("POST", "/Patient", patient("t6"));
        String patch = Base64.getEncoder()
                .encodeToString("[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"other\"}]".getBytes());
        Reply done = send(
                "transaction",
                "{'resource':{'resourceType':'Binary','contentType':'application/json-patch+json','data':'" + patch
                        + "'},'request':{'method':'PATCH','url':'Patient/" + made.id() + "'}}");
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        assertThat(desk.get("/Patient/" + made.id()).json().path("gender").asText())
                .isEqualTo("other");
    }

    @Test
    void a_batch_answers_each_entry_for_itself() {
        Reply done = send(
                "batch",
                post(A, patient("t7"), "Patient", ""),
                post(B, "{'resourceType':'Observation'}", "Observation", ""),
                "{'request':{'method':'GET','url':'Patient/none'}}",
                "{'request':{'method':'GET','url':'DeviceMetric?_count=1'}}",
                "{'request':{'method':'GET','url':'Observation?_count=1'}}");
        assertThat(done.status()).isEqualTo(200);
        assertThat(status(done)).containsExactly("201", "422", "404", "200", "200");
        assertThat(done.json().at("/entry/1/response/outcome/issue/0/severity").asText())
                .isEqualTo("error");
        assertThat(patients("t7")).isEqualTo(1);
    }

    @Test
    void histories_are_paged_by_sealed_links() {
        Reply made = desk.send("POST", "/Basic", "{'resourceType':'Basic','code':{'text':'0'}}");
        for (int i = 1; i < 7; i++) {
            desk.send("PUT", "/Basic/" + made.id(), made.text().replace("\"0\"", "\"" + i + "\""));
        }
        var seen = new ArrayList<String>();
        Reply page = desk.get("/Basic/" + made.id() + "/_history?_count=3");
        while (true) {
            page.json()
                    .path("entry")
                    .forEach(entry ->
                            seen.add(entry.at("/resource/meta/versionId").asText()));
            String next = link(page, "next");
            if (next.isEmpty()) {
                break;
            }
            assertThat(next).contains("_cursor=");
            page = desk.get(next);
        }
        assertThat(seen).containsExactly("7", "6", "5", "4", "3", "2", "1");
        assertThat(desk.get("/Basic/_history?_count=2").json().path("entry")).hasSize(2);
        assertThat(desk.get("/_history?_count=2").json().path("entry")).hasSize(2);
        assertThat(desk.get("/Basic/_history?_since=2027-01-01T00:00:00Z")
                        .json()
                        .path("entry"))
                .isEmpty();
        assertThat(desk.get("/Basic/_history?_at=now").status()).isEqualTo(400);
        assertThat(desk.get("/Basic/_history?colour=blue").element()).isEqualTo("http.colour");
    }

    @Test
    void searches_are_paged_by_sealed_links_and_can_be_posted() {
        for (int i = 0; i < 5; i++) {
            desk.send(
                    "POST",
                    "/Flag",
                    "{'resourceType':'Flag','status':'active','code':{'text':'" + i
                            + "'},'subject':{'reference':'Patient/x'}}");
        }
        var seen = new HashSet<String>();
        Reply page = desk.bytes("POST", "/Flag/_search", "_count=2".getBytes(), "application/x-www-form-urlencoded");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        int pages = 1;
        while (true) {
            page.json()
                    .path("entry")
                    .forEach(entry -> seen.add(entry.at("/resource/id").asText()));
            String next = link(page, "next");
            if (next.isEmpty()) {
                break;
            }
            page = desk.get(next);
            pages++;
        }
        assertThat(seen).hasSize(5);
        assertThat(pages).isEqualTo(3);
        assertThat(desk.get("/Flag?colour=blue").element()).isEqualTo("http.colour");
        assertThat(desk.get("/Flag?colour=blue", "Prefer", "handling=lenient").status())
                .isEqualTo(200);
        assertThat(desk.get("/Flag?_cursor=forged").status()).isEqualTo(410);
    }

    @Test
    void everything_of_a_patient_comes_in_pages_with_what_it_refers_to() {
        Reply ward = desk.send("POST", "/Organization", "{'resourceType':'Organization','name':'Ward'}");
        Reply anna = desk.send(
                "POST",
                "/Patient",
                "{'resourceType':'Patient','managingOrganization':{'reference':'Organization/" + ward.id() + "'}}");
        Reply other = desk.send("POST", "/Patient", "{'resourceType':'Patient'}");
        for (int i = 0; i < 4; i++) {
            desk.send("POST", "/Observation", pulse("Patient/" + anna.id()));
            desk.send("POST", "/Observation", pulse("Patient/" + other.id()));
        }
        var types = new ArrayList<String>();
        Reply page = desk.get("/Patient/" + anna.id() + "/$everything?_count=2");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        while (true) {
            page.json()
                    .path("entry")
                    .forEach(entry ->
                            types.add(entry.at("/resource/resourceType").asText()));
            String next = link(page, "next");
            if (next.isEmpty()) {
                break;
            }
            page = desk.get(next);
        }
        assertThat(types)
                .containsOnlyOnce("Patient", "Organization")
                .filteredOn("Observation"::equals)
                .hasSize(4);
        assertThat(desk.get("/Patient/none/$everything").status()).isEqualTo(404);
        assertThat(desk.get("/Patient/" + anna.id() + "/Flag")
                        .json()
                        .path("type")
                        .asText())
                .isEqualTo("searchset");
        assertThat(desk.get("/Patient/" + anna.id() + "/Observation").json().path("entry"))
                .hasSize(4);
    }

    @Test
    void validate_judges_and_stores_nothing() {
        Reply good = desk.send("POST", "/Patient/$validate", patient("v"));
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.json().at("/issue/0/severity").asText()).isEqualTo("information");
        Reply bad = desk.send("POST", "/Observation/$validate", "{'resourceType':'Observation','status':'final'}");
        assertThat(bad.status()).isEqualTo(200);
        assertThat(bad.json().at("/issue/0/severity").asText()).isEqualTo("error");
        Reply asked = desk.send(
                "POST",
                "/Observation/$validate",
                "{'resourceType':'Parameters','parameter':[{'name':'resource','resource':" + pulse("Patient/x")
                        + "},{'name':'profile','valueUri':'http://hl7.org/fhir/StructureDefinition/heartrate'}]}");
        assertThat(asked.json().at("/issue/0/severity").asText()).isEqualTo("error");
        assertThat(patients("v")).isZero();
    }

    private static String link(Reply page, String relation) {
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        for (JsonNode link : page.json().path("link")) {
            if (link.path("relation").asText().equals(relation)) {
                return link.path("url").asText();
            }
        }
        return "";
    }
}
