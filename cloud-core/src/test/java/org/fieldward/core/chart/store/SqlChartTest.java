package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.chart.store.Shelf.NOON;
import static org.fieldward.core.chart.store.Shelf.author;
import static org.fieldward.core.chart.store.Shelf.patient;
import static org.fieldward.core.chart.store.Shelf.pulse;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlChartTest {

    private static final Author ANYBODY = author();
    private static final Key JO = new Key("Patient", "jo");

    private final List<Version> witnessed = new ArrayList<>();
    private final Shelf shelf = new Shelf((connection, author, version) -> witnessed.add(version));

    @AfterEach
    void close() {
        shelf.close();
    }

    @Test
    void what_was_created_is_read_with_id_version_and_time() {
        Version made = shelf.create(ANYBODY, patient("jo", "Doe"));

        Version read = shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow();

        assertThat(read.json())
                .isEqualTo(
                        "{\"resourceType\":\"Patient\",\"id\":\"jo\",\"meta\":{\"versionId\":\"1\","
                                + "\"lastUpdated\":\"2026-03-01T12:00:00.000+00:00\"},"
                                + "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"jo\"}],\"name\":[{\"family\":\"Doe\"}]}");
        assertThat(made.json()).isEqualTo(read.json());
        assertThat(read.kind()).isEqualTo(Version.Kind.CREATED);
        assertThat(read.updatedAt()).isEqualTo(NOON);
        assertThat(read.number()).isEqualTo(1);
    }

    @Test
    void a_resource_without_id_is_given_one() {
        var nobody = patient("x", "Doe");
        nobody.setId((String) null);

        Version first = shelf.create(ANYBODY, nobody);
        Version second = shelf.create(ANYBODY, nobody);

        assertThat(first.key()).isNotEqualTo(second.key());
        assertThat(shelf.chart.read(first.key(), Sight.EVERYTHING)).isPresent();
        assertThat(nobody.hasId()).as("the caller's own is left alone").isFalse();
    }

    @Test
    void a_second_create_of_an_id_changes_nothing() {
        shelf.create(ANYBODY, patient("jo", "Doe"));

        assertThat(shelf.apply(ANYBODY, new Change.Create(patient("jo", "Roe"))))
                .isEqualTo(new Outcome.Stale(JO, 1));
        assertThat(shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow().json()).contains("Doe");
    }

    @Test
    void an_update_makes_what_is_not_there_and_the_next_version_of_what_is() {
        assertThat(shelf.update(ANYBODY, patient("jo", "Doe"))).isInstanceOf(Outcome.Created.class);
        assertThat(shelf.update(ANYBODY, patient("jo", "Roe"))).isInstanceOf(Outcome.Updated.class);

        assertThat(shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow().json()).contains("Roe", "\"versionId\":\"2\"");
        assertThat(shelf.chart.read(JO, 1, Sight.EVERYTHING).orElseThrow().json())
                .contains("Doe");
        assertThat(shelf.chart.read(JO, 3, Sight.EVERYTHING)).isEmpty();
    }

    @Test
    void an_update_that_says_the_same_makes_no_version() {
        shelf.create(ANYBODY, patient("jo", "Doe"));
        shelf.now.set(NOON.plusSeconds(60));
        var same = patient("jo", "Doe");
        same.getMeta().setVersionId("17");

        Outcome outcome = shelf.update(ANYBODY, same);

        assertThat(outcome).isInstanceOf(Outcome.Unchanged.class);
        assertThat(((Outcome.Unchanged) outcome).version().version()).isEqualTo(1);
        assertThat(shelf.chart.after(0, 10)).hasSize(1);
    }

    @Test
    void a_tag_that_is_new_is_a_change() {
        shelf.create(ANYBODY, patient("jo", "Doe"));
        var tagged = patient("jo", "Doe");
        tagged.getMeta().addTag("urn:tags", "vip", "");

        assertThat(shelf.update(ANYBODY, tagged)).isInstanceOf(Outcome.Updated.class);
    }

    @Test
    void an_update_meant_for_another_version_changes_nothing() {
        shelf.create(ANYBODY, patient("jo", "Doe"));

        assertThat(shelf.apply(ANYBODY, new Change.Update(patient("jo", "Roe"), OptionalLong.of(7))))
                .isEqualTo(new Outcome.Stale(JO, 1));
        assertThat(shelf.apply(ANYBODY, new Change.Update(patient("jim", "Roe"), OptionalLong.of(1))))
                .isEqualTo(new Outcome.Stale(new Key("Patient", "jim"), 0));
        assertThat(shelf.apply(ANYBODY, new Change.Update(patient("jo", "Roe"), OptionalLong.of(1))))
                .isInstanceOf(Outcome.Updated.class);
    }

    @Test
    void what_was_deleted_says_so_and_comes_back_as_a_new_version() {
        shelf.create(ANYBODY, patient("jo", "Doe"));

        assertThat(shelf.apply(ANYBODY, new Change.Delete(JO, OptionalLong.of(9))))
                .isEqualTo(new Outcome.Stale(JO, 1));
        assertThat(shelf.delete(ANYBODY, JO)).isInstanceOf(Outcome.Deleted.class);
        Version gone = shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow();
        assertThat(gone.isDeleted()).isTrue();
        assertThat(gone.json()).isEmpty();
        assertThat(shelf.delete(ANYBODY, JO)).isEqualTo(new Outcome.Missing(JO));
        assertThat(shelf.delete(ANYBODY, new Key("Patient", "jim"))).isInstanceOf(Outcome.Missing.class);

        assertThat(shelf.update(ANYBODY, patient("jo", "Doe"))).isInstanceOf(Outcome.Created.class);
        assertThat(shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow().version())
                .isEqualTo(3);
    }

    @Test
    void an_exception_undoes_everything() {
        assertThatThrownBy(() -> shelf.chart.write(ANYBODY, desk -> {
                    desk.apply(new Change.Create(patient("jo", "Doe")));
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");

        assertThat(shelf.chart.read(JO, Sight.EVERYTHING)).isEmpty();
        assertThat(shelf.chart.after(0, 10)).isEmpty();
    }

    @Test
    void a_transaction_sees_what_it_wrote() {
        Long version = shelf.chart.write(ANYBODY, desk -> {
            desk.apply(new Change.Create(patient("jo", "Doe")));
            assertThat(desk.read(JO).orElseThrow().json()).contains("Doe");
            desk.apply(new Change.Update(patient("jo", "Roe"), OptionalLong.empty()));
            assertThat(desk.apply(new Change.Update(patient("jo", "Roe"), OptionalLong.empty())))
                    .isInstanceOf(Outcome.Unchanged.class);
            return desk.read(JO).orElseThrow().version();
        });

        assertThat(version).isEqualTo(2);
        assertThat(shelf.chart.after(0, 10)).extracting(Version::version).containsExactly(1L, 2L);
    }

    @Test
    void other_rooms_write_in_the_same_transaction() throws SQLException {
        try (var connection = shelf.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table note (text text)");
        }
        assertThatThrownBy(() -> shelf.chart.write(ANYBODY, desk -> {
                    note(desk, "lost");
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        shelf.chart.write(ANYBODY, desk -> {
            note(desk, "kept");
            return desk.apply(new Change.Create(patient("jo", "Doe")));
        });

        try (var connection = shelf.database.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select string_agg(text, ',') from note")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("kept");
        }
    }

    private static void note(org.fieldward.core.chart.Desk desk, String text) {
        try (Statement statement = ((SqlDesk) desk).connection().createStatement()) {
            statement.execute("insert into note values ('" + text + "')");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_witness_hears_of_every_change_and_can_undo_it() {
        shelf.create(ANYBODY, patient("jo", "Doe"));
        shelf.update(ANYBODY, patient("jo", "Doe"));
        shelf.delete(ANYBODY, JO);
        assertThat(witnessed).extracting(Version::kind).containsExactly(Version.Kind.CREATED, Version.Kind.DELETED);

        try (var strict = new Shelf((connection, author, version) -> {
            throw new SQLException("not here");
        })) {
            assertThatThrownBy(() -> strict.create(ANYBODY, patient("jo", "Doe")))
                    .isInstanceOf(ChartException.class);
            assertThat(strict.chart.read(JO, Sight.EVERYTHING)).isEmpty();
        }
    }

    @Test
    void a_patient_is_in_its_own_compartment_and_what_is_about_it_too() {
        assertThat(shelf.create(ANYBODY, patient("jo", "Doe")).patients()).containsExactly("jo");
        assertThat(shelf.create(ANYBODY, pulse("p1", "jo")).patients()).containsExactly("jo");
        shelf.update(ANYBODY, pulse("p1", "jim"));
        assertThat(shelf.chart
                        .read(new Key("Observation", "p1"), Sight.EVERYTHING)
                        .orElseThrow()
                        .patients())
                .containsExactly("jim");
    }

    @Test
    void history_is_newest_first_of_one_of_a_type_or_of_all() {
        shelf.create(ANYBODY, patient("jo", "Doe"));
        shelf.now.set(NOON.plusSeconds(60));
        shelf.create(ANYBODY, pulse("p1", "jo"));
        shelf.update(ANYBODY, patient("jo", "Roe"));
        shelf.now.set(NOON.plusSeconds(120));
        shelf.delete(ANYBODY, JO);

        assertThat(history(HistoryQuery.of(JO, 10))).containsExactly("Patient/jo/3", "Patient/jo/2", "Patient/jo/1");
        assertThat(history(HistoryQuery.ofType("Observation", 10))).containsExactly("Observation/p1/1");
        assertThat(history(HistoryQuery.ofEverything(2))).containsExactly("Patient/jo/3", "Patient/jo/2");
        assertThat(history(HistoryQuery.ofEverything(9).before(3))).containsExactly("Observation/p1/1", "Patient/jo/1");
        assertThat(history(HistoryQuery.of(JO, 9).since(NOON.plusSeconds(60))))
                .containsExactly("Patient/jo/3", "Patient/jo/2");
        assertThat(history(HistoryQuery.ofEverything(9).at(NOON.plusSeconds(90))))
                .containsExactly("Patient/jo/2", "Observation/p1/1");
    }

    private List<String> history(HistoryQuery query) {
        return shelf.chart.history(query, Sight.EVERYTHING).stream()
                .map(version -> version.key() + "/" + version.version())
                .toList();
    }

    @Test
    void time_does_not_go_back_within_one_resource() {
        shelf.create(ANYBODY, patient("jo", "Doe"));
        shelf.now.set(NOON.minus(Duration.ofDays(1)));
        shelf.update(ANYBODY, patient("jo", "Roe"));

        assertThat(shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow().updatedAt())
                .isEqualTo(NOON);
    }

    @Test
    void a_listener_is_called_after_the_commit() {
        var seen = new ArrayList<Integer>();
        shelf.chart.onChange(() -> seen.add(shelf.chart.after(0, 10).size()));

        shelf.create(ANYBODY, patient("jo", "Doe"));

        assertThat(seen).containsExactly(1);
    }

    @Test
    void facilities_survive_odd_names() {
        var odd = Set.of("St. \"Mary\"", "{a,b}", "back\\slash");
        Version made = shelf.create(new Author("x", odd, Sight.EVERYTHING), patient("jo", "Doe"));

        assertThat(shelf.chart
                        .read(made.key(), Sight.of(Set.of("{a,b}")))
                        .orElseThrow()
                        .facilities())
                .isEqualTo(odd);
    }

    @Test
    void what_was_written_is_on_the_disk_when_write_returns() throws SQLException {
        String written = shelf.chart.write(ANYBODY, desk -> {
            desk.apply(new Change.Create(patient("jo", "Doe")));
            return one(((SqlDesk) desk).connection(), "select pg_current_wal_insert_lsn()");
        });

        try (var connection = shelf.database.getConnection()) {
            assertThat(one(connection, "select pg_current_wal_flush_lsn() >= '" + written + "'::pg_lsn"))
                    .isEqualTo("t");
            assertThat(one(connection, "show synchronous_commit"))
                    .as("of everybody else")
                    .isEqualTo("on");
        }
    }

    private static String one(Connection connection, String query) {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
