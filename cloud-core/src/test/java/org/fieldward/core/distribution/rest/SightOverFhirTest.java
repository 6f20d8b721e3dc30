package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.MemoryAudit;
import org.fieldward.core.distribution.rest.door.Rooms;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.fieldward.core.distribution.rest.store.Conditions;
import org.fieldward.core.distribution.series.Measured;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one facility made is not there for another, whatever it asks; and a role does what it may. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SightOverFhirTest {

    private static final Caller NORTH = caller(Role.CLINICIAN, "north");
    private static final Caller SOUTH = caller(Role.CLINICIAN, "south");

    private final Desktop desk = new Desktop();
    private final Rooms rooms = new Rooms(
            desk.core.stored,
            Measured.NOTHING,
            new MemoryAudit(),
            new Cursors(new byte[32]),
            FhirContext.forR4Cached(),
            desk.shelf.now::get,
            (type, id) -> Optional.empty());

    @AfterAll
    void close() {
        desk.close();
    }

    private static Caller caller(Role role, String... facilities) {
        return new Caller("somebody", "", Set.of(role), Sight.of(Set.of(facilities)));
    }

    private Answer ask(Caller caller, String method, String url, String body, String... headers) {
        int mark = url.indexOf('?');
        Map<String, List<String>> parameters = mark < 0 ? Map.of() : Conditions.query(url.substring(mark + 1));
        var call = new Call(
                method,
                "http://core.example/fhir",
                Target.parse(method, mark < 0 ? url : url.substring(0, mark)),
                parameters,
                headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]),
                body.isEmpty()
                        ? new Call.Body.None()
                        : new Call.Body.Bytes(
                                "application/fhir+json", ByteString.copyFromUtf8(body.replace('\'', '"'))),
                caller);
        return rooms.answer(call, inner -> false, inner -> Answer.of(500, new Bundle()));
    }

    private int status(Caller caller, String method, String url, String body) {
        try {
            return ask(caller, method, url, body).status();
        } catch (BaseServerResponseException e) {
            return e.getStatusCode();
        }
    }

    private int found(Caller caller, String url) {
        return ((Bundle) ask(caller, "GET", url, "").resource().orElseThrow())
                .getEntry()
                .size();
    }

    @Test
    void what_another_facility_made_is_not_there() {
        String id = ask(
                        NORTH,
                        "POST",
                        "Patient",
                        "{'resourceType':'Patient','identifier':[{'system':'urn:s','value':'s1'}]}")
                .stamp()
                .orElseThrow()
                .key()
                .id();
        String flag = "{'resourceType':'Flag','status':'active','code':{'text':'x'},'subject':{'reference':'Patient/"
                + id + "'}}";
        ask(NORTH, "POST", "Flag", flag);

        assertThat(found(NORTH, "Patient?identifier=urn:s|s1")).isEqualTo(1);
        assertThat(found(NORTH, "Patient/" + id + "/Flag")).isEqualTo(1);
        assertThat(status(SOUTH, "GET", "Patient/" + id, "")).isEqualTo(404);
        assertThat(status(SOUTH, "GET", "Patient/" + id + "/_history/1", "")).isEqualTo(404);
        assertThat(status(SOUTH, "GET", "Patient/" + id + "/_history", "")).isEqualTo(404);
        assertThat(status(SOUTH, "GET", "Patient/" + id + "/$everything", "")).isEqualTo(404);
        assertThat(status(SOUTH, "GET", "Patient/" + id + "/Flag", "")).isEqualTo(404);
        assertThat(found(SOUTH, "Patient?identifier=urn:s|s1")).isZero();
        assertThat(found(SOUTH, "Flag?patient=" + id)).isZero();
        assertThat(found(SOUTH, "Flag?patient.identifier=urn:s|s1")).isZero();
        Bundle history = (Bundle) ask(SOUTH, "GET", "_history", "").resource().orElseThrow();
        assertThat(history.getEntry()).noneMatch(entry -> entry.getFullUrl().endsWith(id));
        assertThat(status(SOUTH, "PUT", "Patient/" + id, "{'resourceType':'Patient','id':'" + id + "'}"))
                .isEqualTo(409);
        assertThat(status(SOUTH, "DELETE", "Patient/" + id, "")).isEqualTo(204);
        assertThat(status(
                        SOUTH,
                        "POST",
                        "",
                        "{'resourceType':'Bundle','type':'transaction','entry':[{'resource':"
                                + flag.replace("Patient/" + id, "Patient?identifier=urn:s|s1")
                                + ",'request':{'method':'POST','url':'Flag'}}]}"))
                .isEqualTo(412);
        assertThat(ask(NORTH, "GET", "Patient/" + id, "").stamp().orElseThrow().version())
                .as("untouched")
                .isEqualTo(1);
    }

    @Test
    void a_role_does_what_it_may_within_a_bundle_too() {
        Caller nurse = caller(Role.NURSE, "north");
        assertThat(status(nurse, "POST", "Patient", "{'resourceType':'Patient'}"))
                .isEqualTo(403);
        Bundle answers = (Bundle) ask(
                        nurse,
                        "POST",
                        "",
                        "{'resourceType':'Bundle','type':'batch','entry':[{'resource':{'resourceType':'Patient'},"
                                + "'request':{'method':'POST','url':'Patient'}},{'request':{'method':'GET','url':'Patient'}}]}")
                .resource()
                .orElseThrow();
        assertThat(answers.getEntry())
                .extracting(entry -> entry.getResponse().getStatus())
                .containsExactly("403", "200");
    }

    @Test
    void a_role_that_sees_no_patient_gets_none_along_with_something_else() {
        String id = ask(NORTH, "POST", "Patient", "{'resourceType':'Patient'}")
                .stamp()
                .orElseThrow()
                .key()
                .id();
        Caller technician = caller(Role.TECHNICIAN, "north");
        String device = "{'resourceType':'Device','id':'monitor-1','patient':{'reference':'Patient/" + id + "'}}";
        assertThat(status(technician, "PUT", "Device/monitor-1", device)).isEqualTo(201);
        assertThat(found(technician, "Device?_id=monitor-1&_include=Device:patient"))
                .isEqualTo(1);
        assertThat(found(caller(Role.NURSE, "north"), "Device?_id=monitor-1&_include=Device:patient"))
                .isEqualTo(2);
    }

    @Test
    void a_role_that_sees_no_patient_learns_nothing_of_one_by_a_chain_a_condition_or_a_name() {
        ask(NORTH, "POST", "Patient", "{'resourceType':'Patient','identifier':[{'system':'urn:s','value':'probed'}]}");
        Caller technician = caller(Role.TECHNICIAN, "north");
        String device = "{'resourceType':'Device','patient':{'reference':'Patient?identifier=urn:s|%s'}}";
        for (String value : List.of("probed", "nobody")) {
            for (String url : List.of(
                    "Device?patient.identifier=urn:s|" + value,
                    "Device?patient:Patient.identifier=urn:s|" + value,
                    "Device?_has:Observation:device:subject.identifier=urn:s|" + value,
                    "Location?_has:Encounter:location:patient.identifier=urn:s|" + value)) {
                assertThat(status(technician, "GET", url, "")).as(url).isEqualTo(403);
            }
            assertThat(status(technician, "DELETE", "Device?patient.identifier=urn:s|" + value, ""))
                    .isEqualTo(403);
            assertThatThrownBy(() -> ask(
                            technician,
                            "POST",
                            "Device",
                            "{'resourceType':'Device'}",
                            "if-none-exist",
                            "patient.identifier=urn:s|" + value))
                    .extracting(e -> ((BaseServerResponseException) e).getStatusCode())
                    .isEqualTo(403);
            assertThat(status(
                            technician,
                            "POST",
                            "",
                            "{'resourceType':'Bundle','type':'transaction','entry':[{'resource':"
                                    + device.formatted(value) + ",'request':{'method':'POST','url':'Device'}}]}"))
                    .isEqualTo(403);
        }
        assertThat(found(technician, "Device?organization.name=x")).isZero();
        assertThat(found(NORTH, "Device?patient.identifier=urn:s|probed")).isZero();
    }

    @Test
    void of_several_facilities_a_caller_may_name_the_one_that_something_is_made_for() {
        Caller both = caller(Role.CLINICIAN, "north", "south");
        String id = ask(both, "POST", "Patient", "{'resourceType':'Patient'}", "x-facility", "south")
                .stamp()
                .orElseThrow()
                .key()
                .id();
        assertThat(status(SOUTH, "GET", "Patient/" + id, "")).isEqualTo(200);
        assertThat(status(NORTH, "GET", "Patient/" + id, "")).isEqualTo(404);
    }
}
