package org.fieldward.core.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** The journal's standing, from PostgreSQL. */
public final class SqlStanding implements Standing {

    private final DataSource database;

    public SqlStanding(DataSource database) {
        this.database = database;
    }

    @Override
    public List<Held> held() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select gateway, epoch, covered::text, coalesce(first_sequence, 1) from journal_coverage"
                                + " left join journal_life using (gateway, epoch)"
                                + " order by gateway collate \"C\", epoch");
                ResultSet row = select.executeQuery()) {
            var held = new ArrayList<Held>();
            while (row.next()) {
                held.add(new Held(
                        row.getString(1), row.getLong(2), SqlMultirange.read(row.getString(3)), row.getLong(4)));
            }
            return held;
        } catch (SQLException e) {
            throw new JournalException("journal could not read what it covers", e);
        }
    }

    @Override
    public Map<String, Instant> copies() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select gateway, copy_at from journal_line where copy_at is not null");
                ResultSet row = select.executeQuery()) {
            var copies = new HashMap<String, Instant>();
            while (row.next()) {
                copies.put(row.getString(1), row.getTimestamp(2).toInstant());
            }
            return copies;
        } catch (SQLException e) {
            throw new JournalException("journal could not read which buffers have copies", e);
        }
    }

    @Override
    public long unread(String follower) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select last_id - coalesce("
                        + "(select position from follower_cursor where follower = ?), 0) from journal_tail")) {
            select.setString(1, follower);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new JournalException("journal could not read a follower's place", e);
        }
    }
}
