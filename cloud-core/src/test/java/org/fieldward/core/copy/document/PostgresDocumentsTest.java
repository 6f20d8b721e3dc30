package org.fieldward.core.copy.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.app.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PostgresDocumentsTest extends DocumentStoreContract {

    private final HikariDataSource database = TestDatabase.fresh();

    @Override
    protected DocumentStore open() {
        return new PostgresDocuments(database);
    }

    @AfterEach
    void closeDatabase() {
        store.close();
        database.close();
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void what_somebody_changed_in_the_store_is_not_taken_for_what_was_written() throws SQLException {
        List<Document> two = List.of(document("a", 1), document("b", 1));
        for (String change : List.of(
                "document = document || '{\"n\": 5}'", "patients = '{other}'", "checksum = 'x'", "version = 5")) {
            store.mend(List.of(
                    new DocumentStore.Mend(two.get(0).key(), seen("a"), Optional.of(two.get(0))),
                    new DocumentStore.Mend(two.get(1).key(), seen("b"), Optional.of(two.get(1)))));
            assertThat(store.sum(Optional.empty(), Optional.empty())).isEqualTo(store.sumOf(two));
            execute("update fieldward_document set " + change + " where id = 'a'");
            assertThat(store.sum(Optional.empty(), Optional.empty())).isNotEqualTo(store.sumOf(two));
            assertThat(seen("a")).isNotEqualTo(Optional.of(two.getFirst().held()));
        }
    }

    private Optional<Held> seen(String id) {
        var key = document(id, 1).key();
        return Optional.ofNullable(store.held(List.of(key)).get(key));
    }

    @Test
    void what_it_can_never_write_is_named_and_holds_up_nothing_else() {
        Document bad = document("bad", 1, "{\"t\":\"\\u0000\"}");
        assertThat(store.put(List.of(document("a", 1), bad, document("c", 1)))).containsExactly(bad.key());
        assertThat(store.held(Optional.empty(), Optional.empty(), 9))
                .containsExactly(document("a", 1).held(), document("c", 1).held());
    }

    @Test
    void programs_can_ask_the_copy_by_what_documents_say() throws SQLException {
        store.put(List.of(document("a", 1), document("b", 2)));
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select id from fieldward_document where type = 'Patient' and document @> '{\"n\": 2}'")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("b");
        }
    }
}
