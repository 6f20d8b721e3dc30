package org.fieldward.core.access.person;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.access.Claims;

/** Sessions in PostgreSQL, where every core that shares it finds them. */
public final class SqlSessions implements Sessions {

    private final DataSource database;

    public SqlSessions(DataSource database) {
        this.database = database;
    }

    @Override
    public Session begin(String secret, Claims claims, Optional<String> person, Instant now) {
        byte[] digest = Digest.of(secret);
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into access_session (digest, subject, name, roles, facilities, patient, person, began_at,"
                                + " renewed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setBytes(1, digest);
            insert.setString(2, claims.subject());
            insert.setString(3, claims.name());
            insert.setArray(4, SqlPeople.roles(connection, claims.roles()));
            SqlPeople.texts(connection, insert, 5, claims.facilities());
            insert.setString(6, claims.patient().orElse(null));
            insert.setString(7, person.orElse(null));
            insert.setTimestamp(8, Timestamp.from(now));
            insert.setTimestamp(9, Timestamp.from(now));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw SqlPeople.failed(e);
        }
        return new Session(Digest.text(digest), claims, person, now, now);
    }

    @Override
    public Optional<Session> find(String id) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select subject, name, roles, facilities, patient, person, began_at, renewed_at"
                                + " from access_session where digest = ?")) {
            select.setBytes(1, Digest.bytes(id));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(session(id, row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw SqlPeople.failed(e);
        }
    }

    private static Session session(String id, ResultSet row) throws SQLException {
        var claims = new Claims(
                row.getString(1),
                row.getString(2),
                SqlPeople.roles(row, 3),
                SqlPeople.texts(row, 4),
                Optional.ofNullable(row.getString(5)));
        return new Session(
                id,
                claims,
                Optional.ofNullable(row.getString(6)),
                row.getTimestamp(7).toInstant(),
                row.getTimestamp(8).toInstant());
    }

    @Override
    public boolean renew(String id, Instant now) {
        try (Connection connection = database.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("update access_session set renewed_at = ? where digest = ?")) {
            update.setTimestamp(1, Timestamp.from(now));
            update.setBytes(2, Digest.bytes(id));
            return update.executeUpdate() > 0;
        } catch (SQLException e) {
            throw SqlPeople.failed(e);
        }
    }

    @Override
    public void end(String id) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement("delete from access_session where digest = ?")) {
            delete.setBytes(1, Digest.bytes(id));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw SqlPeople.failed(e);
        }
    }

    @Override
    public void sweep(Instant before) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement("delete from access_session where began_at < ?")) {
            delete.setTimestamp(1, Timestamp.from(before));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw SqlPeople.failed(e);
        }
    }
}
