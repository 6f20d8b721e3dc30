package org.fieldward.core.distribution.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;

/** Receivers in PostgreSQL. Thread-safe. */
public final class SqlReceivers {

    private static final String COLUMNS =
            "receiver_no, kind, name, state, reason, definition, revision, heeded, told," + " events";

    private final DataSource database;

    public SqlReceivers(DataSource database) {
        this.database = database;
    }

    /** Every receiver that is not off, or of one kind also those. */
    public List<Entry> all(Optional<Kind> kind) {
        try (Connection connection = database.getConnection()) {
            return select(
                    connection,
                    kind.isEmpty() ? "state <> 'off'" : "kind = ?",
                    kind.map(Kind::text).stream().toArray());
        } catch (SQLException e) {
            throw new OutboxException("receivers could not be read", e);
        }
    }

    public Optional<Entry> find(Kind kind, String name) {
        try (Connection connection = database.getConnection()) {
            return find(connection, kind, name);
        } catch (SQLException e) {
            throw new OutboxException("a receiver could not be read", e);
        }
    }

    /** Those with these numbers. */
    public List<Entry> all(Collection<Integer> numbers) {
        try (Connection connection = database.getConnection()) {
            return select(connection, "receiver_no = any (?)", (Object) numbers.toArray(Integer[]::new));
        } catch (SQLException e) {
            throw new OutboxException("receivers could not be read", e);
        }
    }

    static List<Entry> live(Connection connection) throws SQLException {
        return select(connection, "(state <> 'off' or not told)");
    }

    private static Optional<Entry> find(Connection connection, Kind kind, String name) throws SQLException {
        return select(connection, "kind = ? and name = ?", kind.text(), name).stream()
                .findFirst();
    }

    private static List<Entry> select(Connection connection, String condition, Object... values) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select " + COLUMNS + " from receiver where " + condition + " order by receiver_no")) {
            for (int i = 0; i < values.length; i++) {
                select.setObject(i + 1, values[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                var entries = new ArrayList<Entry>();
                while (row.next()) {
                    entries.add(new Entry(
                            row.getInt(1),
                            Kind.of(row.getString(2)),
                            row.getString(3),
                            State.of(row.getString(4)),
                            row.getString(5),
                            row.getString(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getBoolean(9),
                            row.getLong(10)));
                }
                return entries;
            }
        }
    }

    /** Makes it, or changes what is said of it. */
    public void put(Kind kind, String name, State state, String definition) {
        try (Connection connection = database.getConnection()) {
            put(connection, kind, name, state, "", definition, 0, true);
        } catch (SQLException e) {
            throw new OutboxException("a receiver could not be written", e);
        }
    }

    /** 32 secret bytes that every core at this database shares; made at the first start. */
    public byte[] key(RandomGenerator random) {
        byte[] made = new byte[32];
        random.nextBytes(made);
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into receiver_key (key) values (?) on conflict do nothing");
                PreparedStatement select = connection.prepareStatement("select key from receiver_key")) {
            insert.setBytes(1, made);
            insert.executeUpdate();
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        } catch (SQLException e) {
            throw new OutboxException("the key of receivers could not be read", e);
        }
    }

    /**
     * Makes one of a kind whose names are numbers, under a name that nobody else gets.
     *
     * @param definition by the name; asked again where somebody else took that at the same moment
     * @return the name
     */
    public String add(Kind kind, State state, UnaryOperator<String> definition) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into receiver (kind, name, state, definition) values (?, ?, ?, ?)"
                                + " on conflict (kind, name) do nothing")) {
            while (true) {
                String name = nextName(connection, kind);
                insert.setString(1, kind.text());
                insert.setString(2, name);
                insert.setString(3, state.text());
                insert.setString(4, definition.apply(name));
                if (insert.executeUpdate() == 1) {
                    return name;
                }
            }
        } catch (SQLException e) {
            throw new OutboxException("a receiver could not be added", e);
        }
    }

    private static String nextName(Connection connection, Kind kind) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select coalesce(max(name::int), 0) + 1 from receiver where kind = ?")) {
            select.setString(1, kind.text());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static void put(
            Connection connection,
            Kind kind,
            String name,
            State state,
            String reason,
            String definition,
            long heeded,
            boolean told)
            throws SQLException {
        // What is set going again begins without the failures it had.
        try (PreparedStatement upsert = connection.prepareStatement("""
                with put as (
                    insert into receiver (kind, name, state, reason, definition, heeded, told)
                    values (?, ?, ?, ?, ?, ?, ?)
                    on conflict (kind, name) do update set state = excluded.state, reason = excluded.reason,
                        definition = excluded.definition, heeded = excluded.heeded, told = excluded.told,
                        revision = receiver.revision + 1
                    returning receiver_no)
                update receiver_lane set failures = 0, failing_since = null, next_at = null
                where receiver_no in (select receiver_no from put)""")) {
            upsert.setString(1, kind.text());
            upsert.setString(2, name);
            upsert.setString(3, state.text());
            upsert.setString(4, reason);
            upsert.setString(5, definition);
            upsert.setLong(6, heeded);
            upsert.setBoolean(7, told);
            upsert.executeUpdate();
        }
    }

    /** The receivers within a transaction. */
    static Registrar.Book book(Connection connection) {
        return new Registrar.Book() {
            @Override
            public Optional<Entry> find(Kind kind, String name) {
                try {
                    return SqlReceivers.find(connection, kind, name);
                } catch (SQLException e) {
                    throw new OutboxException("a receiver could not be read", e);
                }
            }

            @Override
            public void heed(Entry entry, long heeded) {
                try (PreparedStatement update =
                        connection.prepareStatement("update receiver set heeded = ? where receiver_no = ?")) {
                    update.setLong(1, heeded);
                    update.setInt(2, entry.number());
                    update.executeUpdate();
                } catch (SQLException e) {
                    throw new OutboxException("a receiver could not be written", e);
                }
            }

            @Override
            public void put(
                    Kind kind, String name, State state, String reason, String definition, long heeded, boolean told) {
                try {
                    SqlReceivers.put(connection, kind, name, state, reason, definition, heeded, told);
                } catch (SQLException e) {
                    throw new OutboxException("a receiver could not be written", e);
                }
            }
        };
    }

    /** Whether nothing happened to it since that revision. */
    boolean isStill(Entry entry) {
        return find(entry.kind(), entry.name())
                .filter(now -> now.revision() == entry.revision())
                .isPresent();
    }

    /** Unless something else happened to it since that revision. */
    void become(Entry entry, State state, String reason) {
        update(
                "update receiver set state = ?, reason = ?, told = ?, revision = revision + 1"
                        + " where receiver_no = ? and revision = ?",
                state.text(),
                reason,
                entry.kind() == Kind.TARGET,
                entry.number(),
                entry.revision());
    }

    /**
     * The same definition in other words, unless something else happened to it since that revision. It is no change: who
     * knows it need not look again.
     */
    public void rewrite(Entry entry, String definition) {
        update(
                "update receiver set definition = ? where receiver_no = ? and revision = ?",
                definition,
                entry.number(),
                entry.revision());
    }

    void told(Entry entry, OptionalLong heeded) {
        update(
                "update receiver set told = true, heeded = greatest(heeded, ?) where receiver_no = ? and revision = ?",
                heeded.orElse(0),
                entry.number(),
                entry.revision());
    }

    private void update(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i + 1, values[i]);
            }
            update.executeUpdate();
        } catch (SQLException e) {
            throw new OutboxException("a receiver could not be changed", e);
        }
    }
}
