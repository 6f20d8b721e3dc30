package org.fieldward.core.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.ProfileCheck;
import org.junit.jupiter.api.Test;

final class AuditEventsTest {

    @Test
    void every_kind_and_outcome_makes_a_valid_audit_event_also_of_what_is_no_reference() {
        for (Entry.Kind kind : Entry.Kind.values()) {
            for (Entry.Outcome outcome : Entry.Outcome.values()) {
                for (String what : List.of("Observation/17", "/api/v1/patients/x y", "")) {
                    var entry = new Entry(
                            Instant.parse("2026-03-01T12:00:00.123456Z"),
                            outcome == Entry.Outcome.REFUSED ? "" : "nora",
                            List.of("nurse"),
                            "10.0.0.7",
                            kind,
                            outcome,
                            what,
                            List.of("p1", "not an id!"),
                            what.isEmpty() ? Optional.of("name=é&x=%00") : Optional.empty(),
                            Optional.of("found unconscious"),
                            List.of(
                                    new Entry.Part("create", "Flag/9", 201),
                                    new Entry.Part("search", "Patient?name=é", 200),
                                    new Entry.Part("operation", "Patient/17/$everything", 403)));

                    assertThat(ProfileCheck.shared().check(AuditEvents.make(new Audit.Stored(7, entry))))
                            .as("%s %s %s", kind, outcome, what)
                            .filteredOn(issue -> issue.severity() == ProfileCheck.Severity.ERROR)
                            .isEmpty();
                }
            }
        }
    }
}
