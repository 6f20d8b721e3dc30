package org.fieldward.core.chart.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlQuery;
import org.fieldward.core.chart.index.SqlSight;

/** Versions out of their table. */
public final class SqlVersions {

    /** What a follower takes into memory at once, unless a single version is larger. */
    static final long MAX_READ_BYTES = 16 << 20;

    /** Of {@code chart_version v} and {@code chart_resource r}, as {@link #version} reads it. */
    public static final String COLUMNS =
            "v.number, r.type, r.id, v.version, v.kind, v.updated_at, v.content, v.facilities, v.patients";

    static final String EVERY =
            "select " + COLUMNS + " from chart_version v join chart_resource r on r.no = v.resource_no";

    private SqlVersions() {}

    /** Out of {@link #COLUMNS} alone. */
    public static Version version(ResultSet row) throws SQLException {
        return version(row, 0);
    }

    /** @param before how many columns stand before these */
    private static Version version(ResultSet row, int before) throws SQLException {
        String content = row.getString(before + 7);
        return new Version(
                row.getLong(before + 1),
                new Key(row.getString(before + 2), row.getString(before + 3)),
                row.getLong(before + 4),
                Version.Kind.values()[row.getInt(before + 5)],
                row.getTimestamp(before + 6).toInstant(),
                content == null ? "" : content,
                texts(row.getArray(before + 8)),
                texts(row.getArray(before + 9)));
    }

    static Set<String> texts(Array array) throws SQLException {
        return Set.of((String[]) array.getArray());
    }

    static Optional<Version> newest(Connection connection, Key key, Sight sight) throws SQLException {
        var query = new SqlQuery(
                        EVERY + " and r.version = v.version where r.type = ? and r.id = ? and ", key.type(), key.id())
                .add(SqlSight.reaches(sight, "r"));
        return all(connection, query).stream().findFirst();
    }

    static Optional<Version> one(Connection connection, Key key, long version, Sight sight) throws SQLException {
        var query = new SqlQuery(
                        EVERY + " where r.type = ? and r.id = ? and v.version = ? and ", key.type(), key.id(), version)
                .add(SqlSight.reaches(sight, "v"));
        return all(connection, query).stream().findFirst();
    }

    static List<Version> history(Connection connection, HistoryQuery asked, Sight sight) throws SQLException {
        var query = new SqlQuery(EVERY + " where ").add(SqlSight.reaches(sight, "v"));
        asked.type().ifPresent(type -> query.add(" and r.type = ?", type));
        asked.id().ifPresent(id -> query.add(" and r.id = ?", id));
        asked.before().ifPresent(number -> query.add(" and v.number < ?", number));
        asked.since().ifPresent(since -> query.add(" and v.updated_at >= ?::timestamptz", since.toString()));
        asked.at()
                .ifPresent(at -> query.add(" and v.updated_at <= ?::timestamptz", at.toString())
                        .add(" and not exists (select from chart_version n where n.resource_no = v.resource_no")
                        .add(" and n.version = v.version + 1 and n.updated_at <= ?::timestamptz)", at.toString()));
        query.add(" order by v.number desc limit ?", asked.count());
        return all(connection, query);
    }

    /** With a lookup for each version: where the tables were not analysed yet a join would read all resources. */
    static List<Version> after(Connection connection, long number, int limit) throws SQLException {
        return all(connection, new SqlQuery("""
                select v.number, r.type, r.id, v.version, v.kind, v.updated_at, v.content, v.facilities, v.patients from (
                    select *, sum(octet_length(coalesce(content, ''))) over (order by number)
                        - octet_length(coalesce(content, '')) as before
                    from (select * from chart_version where number > ? order by number limit ?) page) v
                cross join lateral (select type, id from chart_resource where no = v.resource_no offset 0) r
                where v.before < ? order by v.number""", number, limit, MAX_READ_BYTES));
    }

    /** The newest of these, in the order in which they are asked for; what cannot be seen any more is left out. */
    static List<Version> newest(
            Connection connection, Collection<Long> resources, Sight sight, Map<Key, Version> unnumbered)
            throws SQLException {
        if (resources.isEmpty()) {
            return List.of();
        }
        SqlQuery query = new SqlQuery(
                        "select r.no, r.type, r.id, " + COLUMNS
                                + " from chart_resource r left join chart_version v"
                                + " on v.resource_no = r.no and v.version = r.version where r.no = any(?) and not r.deleted and ",
                        resources)
                .add(SqlSight.reaches(sight, "r"));
        Map<Long, Version> found = new HashMap<>();
        try (PreparedStatement statement = query.prepare(connection);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Version own = unnumbered.get(new Key(row.getString(2), row.getString(3)));
                found.put(row.getLong(1), own == null ? version(row, 3) : own);
            }
        }
        return resources.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    static List<Version> all(Connection connection, SqlQuery query) throws SQLException {
        try (PreparedStatement statement = query.prepare(connection);
                ResultSet row = statement.executeQuery()) {
            var versions = new ArrayList<Version>();
            while (row.next()) {
                versions.add(version(row, 0));
            }
            return versions;
        }
    }
}
