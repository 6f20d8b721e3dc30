package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.index.SqlSearch;
import org.fieldward.core.chart.search.Asked;
import org.junit.jupiter.api.Test;

/** Every message of every source looks for an identifier first. */
final class IdentifierTest {

    private static final int OTHERS = 3_000;
    /** The driver prepares at the fifth call, and the database plans once for all at the sixth after that. */
    private static final int UNTIL_PLANNED_FOR_ANY_VALUES = 20;

    private static final String ROWS_READ =
            "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'chart_resource'";

    @Test
    void who_bears_an_identifier_is_found_without_reading_others_also_where_there_were_few_when_it_was_planned()
            throws SQLException {
        try (var shelf = new Shelf();
                Connection connection = shelf.database.getConnection();
                Statement statement = connection.createStatement()) {
            shelf.create(Shelf.author("ward"), Shelf.patient("jo", "Doe"));
            int parameter = number(statement, "select parameter from chart_token where code = 'jo'");
            var query = Asked.read("Patient", Map.of("identifier", List.of("urn:mrn|p77")), Shelf.NOON);
            var search = new SqlSearch(query.first(2), Sight.of(Set.of("ward")));
            for (int i = 0; i < UNTIL_PLANNED_FOR_ANY_VALUES; i++) {
                search.page(connection, Optional.empty());
            }
            statement.execute(
                    "insert into chart_resource (type, id, version, deleted, updated_at, facilities, patients)"
                            + " select 'Patient', 'p' || i, 1, false, now(), '{ward}', '{}' from generate_series(1, "
                            + OTHERS + ") i");
            statement.execute("insert into chart_token (parameter, resource_no, system, code) select " + parameter
                    + ", no, 'urn:mrn', id from chart_resource where id <> 'jo'");
            connection.setAutoCommit(false);
            int before = number(statement, ROWS_READ);
            SqlSearch.Page page = search.page(connection, Optional.empty());

            assertThat(number(statement, ROWS_READ) - before).isLessThan(10);
            assertThat(page.resources())
                    .containsExactly((long) number(statement, "select no from chart_resource where id = 'p77'"));
        }
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
