package org.fieldward.core.access.person;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.fieldward.core.access.AccessException;
import org.fieldward.core.access.Role;
import org.fieldward.core.transaction.SqlWork;
import org.fieldward.proto.password.PasswordHash;

/** People in PostgreSQL. */
public final class SqlPeople implements People {

    private static final String SELECT =
            "select name, password, roles, facilities from person where removed_at is null";

    private final DataSource database;

    public SqlPeople(DataSource database) {
        this.database = database;
    }

    @Override
    public Added put(Person person, Instant now) {
        try {
            return SqlWork.inTransaction(database, connection -> put(connection, person, now));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static Added put(Connection connection, Person person, Instant now) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "insert into person (name, password, roles, facilities, added_at) values (?, ?, ?, ?, ?)"
                        + " on conflict (name) do update set password = excluded.password, roles = excluded.roles,"
                        + " facilities = excluded.facilities where person.removed_at is null"
                        + " returning (xmax = 0) as fresh")) {
            upsert.setString(1, person.name());
            upsert.setString(2, person.password().text());
            upsert.setArray(3, roles(connection, person.roles()));
            texts(connection, upsert, 4, person.facilities());
            upsert.setTimestamp(5, Timestamp.from(now));
            try (ResultSet row = upsert.executeQuery()) {
                if (!row.next()) {
                    return Added.TAKEN;
                }
                if (row.getBoolean(1)) {
                    return Added.ADDED;
                }
            }
        }
        endSessions(connection, person.name());
        return Added.CHANGED;
    }

    private static void endSessions(Connection connection, String name) throws SQLException {
        for (String table : List.of("access_session", "sign_in_code")) {
            try (PreparedStatement delete = connection.prepareStatement("delete from " + table + " where person = ?")) {
                delete.setString(1, name);
                delete.executeUpdate();
            }
        }
    }

    @Override
    public Optional<Person> find(String name) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(SELECT + " and name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(person(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public List<Person> all() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(SELECT + " order by name");
                ResultSet row = select.executeQuery()) {
            var all = new ArrayList<Person>();
            while (row.next()) {
                all.add(person(row));
            }
            return all;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean any() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select exists (select from person)");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean remove(String name, Instant now) {
        return change(name, "update person set removed_at = ? where name = ? and removed_at is null", update -> {
            update.setTimestamp(1, Timestamp.from(now));
            update.setString(2, name);
        });
    }

    @Override
    public boolean changePassword(String name, PasswordHash password) {
        return change(name, "update person set password = ? where name = ? and removed_at is null", update -> {
            update.setString(1, password.text());
            update.setString(2, name);
        });
    }

    private interface Filling {
        void of(PreparedStatement statement) throws SQLException;
    }

    /** Whoever signed in before signs in again. */
    private boolean change(String name, String sql, Filling filling) {
        try {
            return SqlWork.inTransaction(database, connection -> {
                try (PreparedStatement update = connection.prepareStatement(sql)) {
                    filling.of(update);
                    boolean changed = update.executeUpdate() > 0;
                    endSessions(connection, name);
                    return changed;
                }
            });
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void putCode(String code, String person, Instant until) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into sign_in_code (digest, person, until_at) values (?, ?, ?)")) {
            insert.setBytes(1, Digest.of(code));
            insert.setString(2, person);
            insert.setTimestamp(3, Timestamp.from(until));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<Person> useCode(String code, Instant now) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "delete from sign_in_code where digest = ? returning person, until_at")) {
            delete.setBytes(1, Digest.of(code));
            try (ResultSet row = delete.executeQuery()) {
                return row.next() && now.isBefore(row.getTimestamp(2).toInstant())
                        ? find(row.getString(1))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static Person person(ResultSet row) throws SQLException {
        return new Person(row.getString(1), new PasswordHash(row.getString(2)), roles(row, 3), texts(row, 4));
    }

    static Set<Role> roles(ResultSet row, int column) throws SQLException {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        texts(row, column)
                .ifPresent(names -> names.forEach(name -> Role.of(name).ifPresent(roles::add)));
        return roles;
    }

    static Optional<Set<String>> texts(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Set.of((String[]) array.getArray()));
    }

    static Array roles(Connection connection, Set<Role> roles) throws SQLException {
        return connection.createArrayOf("text", roles.stream().map(Role::text).toArray());
    }

    static void texts(Connection connection, PreparedStatement statement, int place, Optional<Set<String>> texts)
            throws SQLException {
        if (texts.isPresent()) {
            statement.setArray(
                    place, connection.createArrayOf("text", texts.get().toArray()));
        } else {
            statement.setNull(place, Types.ARRAY);
        }
    }

    static AccessException failed(SQLException e) {
        // The driver's message may quote the row.
        return new AccessException(
                "people could not be read or written (SQL state " + e.getSQLState() + ")",
                new SQLException(e.getSQLState()));
    }
}
