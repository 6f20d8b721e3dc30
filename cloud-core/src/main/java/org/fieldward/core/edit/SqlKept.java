package org.fieldward.core.edit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlQuery;
import org.fieldward.core.chart.index.SqlSight;
import org.fieldward.core.edit.Edits.Decided;
import org.fieldward.core.edit.Edits.Kept;

/** Rows of edits that wait. */
final class SqlKept {

    private static final String COLUMNS = "k.number, k.type, k.id, k.base_version, k.ours_version, k.author, k.kept_at,"
            + " k.decision, k.decided_by, k.decided_at, k.decided_version, k.theirs";

    /** @param theirs the resource as it was edited */
    record Row(Kept kept, String theirs) {}

    private SqlKept() {}

    /** The number that it has, or had when it came before. */
    static long add(Connection connection, Version base, Version ours, String theirs, String author, Instant now)
            throws SQLException {
        byte[] digest = digest(base.key() + "\n" + base.version() + "\n" + author + "\n" + theirs);
        try (PreparedStatement insert = connection.prepareStatement("insert into edit_conflict (type, id, base_version,"
                + " ours_version, theirs, author, kept_at, digest) values (?, ?, ?, ?, ?, ?, ?, ?)"
                // Written once more, so that it is returned.
                + " on conflict (digest) do update set digest = excluded.digest returning number")) {
            insert.setString(1, base.key().type());
            insert.setString(2, base.key().id());
            insert.setLong(3, base.version());
            insert.setLong(4, ours.version());
            insert.setString(5, theirs);
            insert.setString(6, author);
            insert.setTimestamp(7, Timestamp.from(now));
            insert.setBytes(8, digest);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static Optional<Row> find(Connection connection, long number, String lock) throws SQLException {
        var query = new SqlQuery("select " + COLUMNS + " from edit_conflict k where k.number = ?" + lock, number);
        return rows(connection, query).stream().findFirst();
    }

    static List<Kept> list(Connection connection, boolean open, OptionalLong before, int limit, Sight sight)
            throws SQLException {
        var query = new SqlQuery("select " + COLUMNS + " from edit_conflict k"
                        + " join chart_resource r on r.type = k.type and r.id = k.id where ")
                .add(SqlSight.reaches(sight, "r"))
                .add(open ? " and k.decision is null" : "");
        before.ifPresent(number -> query.add(" and k.number < ?", number));
        query.add(" order by k.number desc limit ?", limit);
        return rows(connection, query).stream().map(Row::kept).toList();
    }

    private static List<Row> rows(Connection connection, SqlQuery query) throws SQLException {
        var rows = new ArrayList<Row>();
        try (PreparedStatement select = query.prepare(connection);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Optional<Decided> decided = Optional.empty();
                if (row.getString(8) != null) {
                    decided = Optional.of(new Decided(
                            row.getString(8),
                            row.getString(9),
                            row.getTimestamp(10).toInstant(),
                            row.getLong(11)));
                }
                var kept = new Kept(
                        row.getLong(1),
                        new Key(row.getString(2), row.getString(3)),
                        row.getLong(4),
                        row.getLong(5),
                        row.getString(6),
                        row.getTimestamp(7).toInstant(),
                        decided);
                rows.add(new Row(kept, row.getString(12)));
            }
        }
        return rows;
    }

    static void decide(Connection connection, long number, Decided decided) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update edit_conflict set decision = ?,"
                + " decided_by = ?, decided_at = ?, decided_version = ? where number = ?")) {
            update.setString(1, decided.decision());
            update.setString(2, decided.by());
            update.setTimestamp(3, Timestamp.from(decided.at()));
            update.setLong(4, decided.version());
            update.setLong(5, number);
            update.executeUpdate();
        }
    }
}
