package org.fieldward.core.copy.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.fieldward.core.chart.Key;
import org.jspecify.annotations.Nullable;

/**
 * Documents as rows of another PostgreSQL, table {@code fieldward_document}, the resource as {@code jsonb}. Speaks over one
 * connection, opened when it is needed.
 */
public final class PostgresDocuments implements DocumentStore {

    /** Over what was written: a row that somebody changed has another. */
    private static final String SEAL =
            "md5(row(version, extract(epoch from updated_at), facilities, patients, document)::text)";

    private static final String COLUMNS = "key, version, updated_at, document, facilities, patients, checksum";

    private static final String WRITE = "with incoming as (select ? as key, ? as type, ? as id, ?::bigint as version,"
            + " ?::timestamptz as updated_at, ?::jsonb as document, ?::text[] as facilities, ?::text[] as patients,"
            + " ? as checksum) insert into fieldward_document as held (key, type, id, version, updated_at, document,"
            + " facilities, patients, checksum, seal) select incoming.*, " + SEAL + " from incoming"
            + " on conflict (key) do update set version = excluded.version, updated_at = excluded.updated_at,"
            + " document = excluded.document, facilities = excluded.facilities, patients = excluded.patients,"
            + " checksum = excluded.checksum, seal = excluded.seal, type = excluded.type, id = excluded.id";

    private final DataSource database;
    private @Nullable Connection open;

    /** @param database with time limits of its own: a call that never ended would hold the copy for ever */
    public PostgresDocuments(DataSource database) {
        this.database = database;
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private synchronized <T> T transaction(Work<T> work) {
        try {
            Connection connection = connection();
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            close();
            // Its message may quote the server's address and login.
            throw new CopyException("the store of documents failed (SQL state " + e.getSQLState() + ")");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        if (open != null) {
            return open;
        }
        Connection connection = database.getConnection();
        open = connection;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists fieldward_document (key text collate \"C\" primary key,"
                    + " type text not null, id text not null, version bigint not null, updated_at timestamptz not null,"
                    + " document jsonb, facilities text[] not null, patients text[] not null, checksum text not null,"
                    + " seal text not null)");
        }
        connection.commit();
        return connection;
    }

    @Override
    public Set<Key> put(List<Document> documents) {
        return transaction(connection -> write(connection, documents, " where held.version < excluded.version"));
    }

    /** All at once; where something of it can never be written, one by one. */
    private static Set<Key> write(Connection connection, List<Document> documents, String rule) throws SQLException {
        var refused = new HashSet<Key>();
        var point = connection.setSavepoint();
        try (PreparedStatement statement = connection.prepareStatement(WRITE + rule)) {
            for (Document document : documents) {
                bind(connection, statement, document);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            connection.rollback(point);
            if (documents.size() == 1) {
                return Set.of(documents.getFirst().key());
            }
            for (Document document : documents) {
                refused.addAll(write(connection, List.of(document), rule));
            }
        }
        return refused;
    }

    /** A value that the type cannot hold, or too large a one (https://www.postgresql.org/docs/16/errcodes-appendix.html). */
    private static boolean isRefusal(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("22") || state.startsWith("54");
    }

    private static void bind(Connection connection, PreparedStatement statement, Document document)
            throws SQLException {
        statement.setString(1, document.key().toString());
        statement.setString(2, document.key().type());
        statement.setString(3, document.key().id());
        statement.setLong(4, document.version());
        statement.setTimestamp(5, Timestamp.from(document.updatedAt()));
        statement.setString(6, document.isDeleted() ? null : document.json());
        statement.setArray(
                7, connection.createArrayOf("text", document.facilities().toArray()));
        statement.setArray(
                8, connection.createArrayOf("text", document.patients().toArray()));
        statement.setString(9, document.checksum());
    }

    @Override
    public String sum(Optional<Key> after, Optional<Key> upTo) {
        return transaction(connection -> {
            String query = "select coalesce(encode(sha256(convert_to(string_agg(key || ' ' || version || ' '"
                    + " || case when seal = " + SEAL + " then checksum else '!' end || E'\\n', '' order by key),"
                    + " 'UTF8')), 'hex'), '') from fieldward_document where key > ? and key <= ?";
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                range(statement, after, upTo);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? row.getString(1) : "";
                }
            }
        });
    }

    /** From '' up to a letter that no key begins with. */
    private static void range(PreparedStatement statement, Optional<Key> after, Optional<Key> upTo)
            throws SQLException {
        statement.setString(1, after.map(Key::toString).orElse(""));
        statement.setString(2, upTo.map(Key::toString).orElse("~"));
    }

    @Override
    public String sumOf(List<Document> documents) {
        if (documents.isEmpty()) {
            return "";
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Document document : documents) {
                digest.update((document.key() + " " + document.version() + " " + document.checksum() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit) {
        return transaction(connection -> {
            String query =
                    "select " + COLUMNS + " from fieldward_document where key > ? and key <= ? order by key limit ?";
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                range(statement, after, upTo);
                statement.setInt(3, limit);
                return rows(statement);
            }
        });
    }

    @Override
    public Map<Key, Held> held(Collection<Key> keys) {
        return transaction(connection -> of(connection, keys, ""));
    }

    private static Map<Key, Held> of(Connection connection, Collection<Key> keys, String lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select " + COLUMNS + " from fieldward_document where key = any(?) order by key" + lock)) {
            Object[] names = keys.stream().map(Key::toString).toArray();
            statement.setArray(1, connection.createArrayOf("text", names));
            var found = new HashMap<Key, Held>();
            rows(statement).forEach(held -> found.put(held.key(), held));
            return found;
        }
    }

    private static List<Held> rows(PreparedStatement statement) throws SQLException {
        var found = new ArrayList<Held>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String json = row.getString(4);
                var document = new Document(
                        Keys.read(row.getString(1)),
                        row.getLong(2),
                        row.getTimestamp(3).toInstant(),
                        json == null ? "" : json,
                        new TreeSet<>(Set.of((String[]) row.getArray(5).getArray())),
                        new TreeSet<>(Set.of((String[]) row.getArray(6).getArray())));
                Held held = document.held();
                boolean whole = held.checksum().equals(row.getString(7));
                found.add(whole ? held : new Held(held.key(), held.version(), ""));
            }
        }
        return found;
    }

    @Override
    public Set<Key> mend(List<Mend> mends) {
        return transaction(connection -> {
            Map<Key, Held> now = of(connection, mends.stream().map(Mend::key).toList(), " for update");
            var wanted = new ArrayList<Document>();
            var fresh = new ArrayList<Document>();
            var unwanted = new ArrayList<String>();
            for (Mend mend : mends) {
                if (!Optional.ofNullable(now.get(mend.key())).equals(mend.seen())) {
                    continue;
                }
                // What is not there cannot be locked: somebody may have put a newer one since.
                mend.wanted().ifPresent(mend.seen().isPresent() ? wanted::add : fresh::add);
                if (mend.wanted().isEmpty()) {
                    unwanted.add(mend.key().toString());
                }
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from fieldward_document where key = any(?)")) {
                statement.setArray(1, connection.createArrayOf("text", unwanted.toArray()));
                statement.executeUpdate();
            }
            var refused = new HashSet<>(write(connection, wanted, ""));
            refused.addAll(write(connection, fresh, " where held.version < excluded.version"));
            return refused;
        });
    }

    @Override
    public synchronized void close() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is given up in any case.
                return;
            }
        }
    }
}
