package org.fieldward.core.access.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.app.database.TestDatabase;
import org.hl7.fhir.r4.model.AuditEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlAuditTest {

    private Instant now = Instant.now();
    private final HikariDataSource database = TestDatabase.fresh();
    private SqlAudit audit = new SqlAudit(database, 6, () -> now).start();

    @AfterEach
    void close() {
        audit.close();
        database.close();
    }

    private Entry entry(String agent, String patient) {
        return new Entry(
                now,
                agent,
                List.of("nurse"),
                "10.0.0.7",
                Entry.Kind.SEARCH,
                Entry.Outcome.DONE,
                "Observation",
                List.of(patient),
                Optional.of("patient=" + patient + "&q=\u0000"),
                Optional.empty());
    }

    @Test
    void what_came_together_is_kept_part_by_part_and_verifies() throws Exception {
        Entry bundle = entry("ann", "p1")
                .with(List.of(new Entry.Part("create", "Flag/9", 201), new Entry.Part("read", "Patient/7", 404)));
        audit.record(bundle).get(20, TimeUnit.SECONDS);

        assertThat(audit.page(Audit.Query.newest(1)).getFirst().entry().parts()).isEqualTo(bundle.parts());
        assertThat(findings()).isEmpty();
    }

    private void fill(int count) throws Exception {
        var waiting = new ArrayList<CompletableFuture<Void>>();
        for (int i = 1; i <= count; i++) {
            waiting.add(audit.record(entry("ann", "p" + i)));
        }
        for (CompletableFuture<Void> one : waiting) {
            one.get(20, TimeUnit.SECONDS);
        }
    }

    private void execute(String... sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    /** As somebody does who owns the whole database. */
    private void tamper(String sql) throws SQLException {
        execute("set session_replication_role = replica", sql, "set session_replication_role = origin");
    }

    private List<String> findings(String... heads) {
        return SqlAuditVerify.run(database, Set.of(heads)).findings();
    }

    @Test
    void what_is_recorded_is_numbered_found_again_and_verifies() throws Exception {
        fill(30);
        audit.record(entry("bob", "p3")).get(20, TimeUnit.SECONDS);

        assertThat(audit.page(Audit.Query.newest(100))).hasSize(31);
        var ofPatient = new Audit.Query(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("bob"),
                Optional.of("p3"),
                10);
        assertThat(audit.page(ofPatient)).extracting(Audit.Stored::number).containsExactly(31L);
        SqlAuditVerify.Report report = SqlAuditVerify.run(database, Set.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.rows()).isEqualTo(31);
        fill(1);
        assertThat(findings(report.head())).isEmpty();
    }

    @Test
    void nobody_updates_deletes_or_truncates_a_row() throws Exception {
        fill(3);
        for (String sql : List.of(
                "update audit_event set agent = 'eve' where number = 2",
                "delete from audit_event where number = 2",
                "truncate audit_event",
                "select set_config('fieldward.audit_years', '1', false); delete from audit_event where number = 2")) {
            assertThatThrownBy(() -> execute(sql)).as(sql).hasMessageContaining("permission denied");
        }
        assertThat(findings()).isEmpty();
    }

    @Test
    void an_application_that_does_not_own_the_database_has_no_right_to_change_a_row() throws Exception {
        fill(1);
        execute("create role clerk", "grant select, insert on audit_event to clerk");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set role clerk");
            assertThatThrownBy(() -> statement.execute("delete from audit_event"))
                    .hasMessageContaining("permission denied for table audit_event");
            statement.execute("reset role");
        } finally {
            execute("drop owned by clerk", "drop role clerk");
        }
    }

    @Test
    void a_changed_a_removed_a_swapped_and_a_cut_row_are_each_named() throws Exception {
        fill(9);
        tamper("update audit_event set entry = replace(entry, 'ann', 'eve'), agent = 'eve' where number = 2");
        assertThat(findings()).containsExactly("row 2 was changed, or another was put in its place");
    }

    @Test
    void a_removed_row_is_named() throws Exception {
        fill(9);
        tamper("delete from audit_event where number = 5");
        assertThat(findings()).containsExactly("row 5 was removed");
    }

    @Test
    void swapped_rows_are_named() throws Exception {
        fill(9);
        tamper("update audit_event a set entry = b.entry, agent = b.agent, patients = b.patients, at_us = b.at_us"
                + " from audit_event b where (a.number, b.number) in ((3, 4), (4, 3))");
        assertThat(findings())
                .containsExactly(
                        "row 3 was changed, or another was put in its place",
                        "row 4 was changed, or another was put in its place");
    }

    @Test
    void rows_that_are_missing_at_the_end_are_named_also_when_the_head_was_set_back() throws Exception {
        fill(9);
        String head = SqlAuditVerify.run(database, Set.of()).head();
        tamper("delete from audit_event where number > 7");
        assertThat(findings()).containsExactly("rows 8 to 9 were removed at the end");

        tamper("update audit_head set (number, hash) = (select number, hash from audit_event where number = 7)");
        assertThat(findings()).isEmpty();
        assertThat(findings(head)).singleElement().asString().startsWith("no row is the head that was noted as 9:");
    }

    @Test
    void what_a_row_is_searched_by_cannot_be_hidden() throws Exception {
        fill(2);
        tamper("update audit_event set patients = '{}' where number = 1");
        assertThat(findings()).containsExactly("row 1: what it is searched by is not what it says");
    }

    @Test
    void retention_keeps_five_years_takes_seven_and_records_that_it_did() throws Exception {
        Instant today = now;
        now = today.minus(Duration.ofDays(7 * 366));
        fill(4);
        now = today.minus(Duration.ofDays(5 * 365));
        fill(2);
        now = today;

        assertThat(audit.purge()).isEqualTo(4);
        assertThat(audit.purge()).isZero();
        assertThat(audit.page(Audit.Query.newest(10)).getFirst().entry().what())
                .startsWith("AuditEvent: 4 from before");
        assertThat(audit.page(Audit.Query.newest(10)))
                .extracting(Audit.Stored::number)
                .containsExactly(7L, 6L, 5L);
        assertThat(findings()).isEmpty();
        tamper("delete from audit_event where number = 5");
        assertThat(findings()).containsExactly("row 5 was removed");
    }

    @Test
    void what_cannot_be_written_is_not_taken_for_written() {
        database.close();

        assertThat(audit.record(entry("ann", "p1"))).failsWithin(Duration.ofSeconds(40));
    }

    @Test
    void it_is_shown_as_audit_events() throws Exception {
        fill(1);
        AuditEvent event = AuditEvents.make(audit.page(Audit.Query.newest(1)).getFirst());

        assertThat(event.getType().getCode()).isEqualTo("rest");
        assertThat(event.getSubtypeFirstRep().getCode()).isEqualTo("search");
        assertThat(event.getAction().toCode()).isEqualTo("E");
        assertThat(event.getAgentFirstRep().getWho().getIdentifier().getValue()).isEqualTo("ann");
        assertThat(event.getEntityFirstRep().getWhat().getReference()).isEqualTo("Patient/p1");
        assertThat(new String(event.getEntity().get(1).getQuery(), java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("patient=p1");
    }
}
