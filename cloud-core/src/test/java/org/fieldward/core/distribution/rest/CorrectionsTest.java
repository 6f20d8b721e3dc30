package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
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
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A search for Provenances leaves none out in silence. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CorrectionsTest {

    private static final String BASE = "http://core.example/fhir";

    /** Five corrections of one patient's readings. */
    private static final Measured FIVE = new Measured() {
        @Override
        public void each(Kind kind, Optional<Instant> since, Sight sight, Sink sink) {}

        @Override
        public Page page(Kind kind, Optional<Instant> since, Sight sight, Optional<String> place, int count) {
            assertThat(kind).isEqualTo(Kind.PROVENANCE);
            int first = place.map(Integer::parseInt).orElse(0);
            int end = sight.patient().equals(Optional.of("p1")) ? Math.min(5, first + count) : 0;
            List<Resource> made = IntStream.range(first, end)
                    .<Resource>mapToObj(number -> (Provenance) new Provenance().setId("made-" + number))
                    .toList();
            return new Page(made, end < 5 && end > 0 ? Optional.of(Integer.toString(end)) : Optional.empty());
        }
    };

    private final Desktop desk = new Desktop();
    private final Rooms rooms = new Rooms(
            desk.core.stored,
            FIVE,
            new MemoryAudit(),
            new Cursors(new byte[32]),
            FhirContext.forR4Cached(),
            desk.shelf.now::get,
            (type, id) -> Optional.empty());

    @AfterAll
    void close() {
        desk.close();
    }

    @BeforeAll
    void one_is_stored() {
        ask("north", "PUT", "Patient/p1", "{'resourceType':'Patient','id':'p1'}");
        ask(
                "north",
                "POST",
                "Provenance",
                "{'resourceType':'Provenance','recorded':'2026-03-01T12:00:00Z',"
                        + "'target':[{'reference':'Patient/p1'}],'agent':[{'who':{'display':'somebody'}}]}");
    }

    private Answer ask(String facility, String method, String url, String body) {
        int mark = url.indexOf('?');
        var caller = new Caller("somebody", "", Set.of(Role.CLINICIAN), Sight.of(Set.of(facility)));
        var call = new Call(
                method,
                BASE,
                Target.parse(method, mark < 0 ? url : url.substring(0, mark)),
                mark < 0 ? Map.of() : Conditions.query(url.substring(mark + 1)),
                Map.of(),
                body.isEmpty()
                        ? new Call.Body.None()
                        : new Call.Body.Bytes(
                                "application/fhir+json", ByteString.copyFromUtf8(body.replace('\'', '"'))),
                caller);
        return rooms.answer(call, inner -> false, inner -> Answer.of(500, new Bundle()));
    }

    private Bundle search(String facility, String url) {
        return (Bundle) ask(facility, "GET", url, "").resource().orElseThrow();
    }

    @Test
    void those_of_a_patient_come_stored_ones_first_page_by_page() {
        for (String url : List.of("Provenance?patient=p1&_count=2", "Patient/p1/Provenance?_count=2")) {
            var ids = new ArrayList<String>();
            Optional<String> next = Optional.of(url);
            while (next.isPresent()) {
                Bundle page = search("north", next.get());
                assertThat(page.getEntry().size()).isLessThanOrEqualTo(2);
                page.getEntry()
                        .forEach(entry ->
                                ids.add(entry.getResource().getIdElement().getIdPart()));
                next = Optional.ofNullable(page.getLink("next"))
                        .map(link -> link.getUrl().substring(BASE.length() + 1));
            }
            assertThat(ids).as(url).hasSize(6).endsWith("made-0", "made-1", "made-2", "made-3", "made-4");
        }
        assertThat(ask("north", "GET", "Provenance?patient=p1", "").patients())
                .as("for the audit")
                .containsExactly("p1");
    }

    @Test
    void who_does_not_see_the_patient_gets_none_of_them() {
        assertThat(search("south", "Provenance?patient=p1").getEntry()).isEmpty();
    }

    @Test
    void any_other_search_says_that_they_are_not_among_what_was_found_and_how_to_ask() {
        for (String url :
                List.of("Provenance", "Provenance?recorded=ge2026-01-01", "Provenance?patient=p1&recorded=ge2026")) {
            Bundle page = search("north", url);
            assertThat(page.getEntry())
                    .as(url)
                    .filteredOn(entry -> entry.getSearch().getMode() == Bundle.SearchEntryMode.OUTCOME)
                    .hasSize(1);
            assertThat(FhirContext.forR4Cached().newJsonParser().encodeResourceToString(page))
                    .contains("target=Observation/ID");
        }
        assertThat(search("north", "Provenance?target=Patient/p1").getEntry())
                .hasSize(1)
                .noneMatch(entry -> entry.getSearch().getMode() == Bundle.SearchEntryMode.OUTCOME);
    }
}
