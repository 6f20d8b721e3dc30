package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlQuery;
import org.fieldward.core.chart.index.SqlSearch;
import org.fieldward.core.chart.index.SqlSight;
import org.fieldward.core.chart.search.Asked;
import org.fieldward.core.chart.search.Entries;
import org.fieldward.core.chart.search.Query;
import org.hl7.fhir.r4.model.Resource;

/**
 * One work of a transaction on the chart. Rows of resources are written, and so locked, at once, except new ones of a
 * transaction that several share; their versions at the very end.
 */
final class SqlTransaction implements SqlDesk {

    private final Connection connection;
    private final Author author;
    private final Instant now;
    private final Supplier<String> ids;
    private final List<SqlWitness> witnesses;
    private final Map<Key, Version> written = new HashMap<>();
    private final SqlPending pending;

    /** A resource's row, locked. */
    private record Row(
            long no,
            long version,
            boolean deleted,
            Instant updatedAt,
            Set<String> facilities,
            Set<String> patients,
            boolean seen) {}

    /** @param pending shared with others who use the connection before or after, each to its end */
    SqlTransaction(
            Connection connection,
            Author author,
            Instant now,
            Supplier<String> ids,
            List<SqlWitness> witnesses,
            SqlPending pending) {
        this.connection = connection;
        this.author = author;
        this.now = now;
        this.ids = ids;
        this.witnesses = witnesses;
        this.pending = pending;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public Optional<Company> company() {
        return pending.isShared() ? Optional.of(pending) : Optional.empty();
    }

    @Override
    public Optional<Version> read(Key key) {
        Version own = written.get(key);
        if (own != null) {
            return Optional.of(own);
        }
        try {
            Version other = pending.newest.get(key);
            if (other != null) {
                return lock(key).filter(Row::seen).map(row -> other);
            }
            return SqlVersions.newest(connection, key, author.sight());
        } catch (SQLException e) {
            throw new ChartException("chart could not read a resource", e);
        }
    }

    @Override
    public List<Version> match(Condition condition, int limit) {
        try {
            return found(condition, limit);
        } catch (SQLException e) {
            throw new ChartException("chart could not look for a resource", e);
        }
    }

    private List<Version> found(Condition condition, int limit) throws SQLException {
        Query query = Asked.read(condition.type(), condition.parameters(), now);
        if (query.clauses().isEmpty()) {
            throw new BadSearch("condition", "must ask for something");
        }
        boolean isNew = query.isForIdentifier() && !pending.index.mayHold(query);
        if (isNew && pending.isBorneByNobody(condition)) {
            return List.of();
        }
        if (!isNew) {
            pending.flush(connection);
        }
        var search = new SqlSearch(query.first(limit), author.sight());
        SqlQuery claim = new SqlQuery("select pg_advisory_xact_lock(?)", SqlPending.claim(condition));
        return SqlVersions.newest(connection, search.first(connection, claim), author.sight(), pending.newest);
    }

    @Override
    public Outcome apply(Change change) {
        try {
            return switch (change) {
                case Change.Create create -> create(create.resource());
                case Change.Update update -> update(update.resource(), update.onlyIf());
                case Change.Delete delete -> delete(delete.key(), delete.onlyIf());
            };
        } catch (SQLException e) {
            throw new ChartException("chart could not change a resource", e);
        }
    }

    private Outcome create(Resource resource) throws SQLException {
        String id = resource.getIdElement().getIdPart();
        Key key = new Key(resource.fhirType(), id == null ? ids.get() : id);
        Optional<Outcome> made = make(key, resource);
        if (made.isPresent()) {
            return made.get();
        }
        Row row = lock(key).orElseThrow();
        if (row.deleted() && row.seen()) {
            return new Outcome.Created(put(key, row, resource, Version.Kind.CREATED));
        }
        return new Outcome.Stale(key, row.seen() ? row.version() : 0);
    }

    private Outcome update(Resource resource, OptionalLong onlyIf) throws SQLException {
        String id = resource.getIdElement().getIdPart();
        if (id == null) {
            throw new IllegalArgumentException("id must be there in an update");
        }
        Key key = new Key(resource.fhirType(), id);
        Optional<Row> locked = lock(key);
        if (locked.isEmpty()) {
            if (onlyIf.isPresent()) {
                return new Outcome.Stale(key, 0);
            }
            Optional<Outcome> made = make(key, resource);
            if (made.isPresent()) {
                return made.get();
            }
            // Somebody else made it in between.
            locked = lock(key);
        }
        Row row = locked.orElseThrow();
        if (!row.seen()) {
            return new Outcome.Stale(key, 0);
        }
        if (onlyIf.isPresent() && onlyIf.getAsLong() != row.version()) {
            return new Outcome.Stale(key, row.version());
        }
        if (row.deleted()) {
            return new Outcome.Created(put(key, row, resource, Version.Kind.CREATED));
        }
        Version newest = read(key).orElseThrow();
        boolean same = newest.json().equals(Content.of(resource, key, newest.version(), newest.updatedAt()));
        if (same && Belonging.after(key, row.facilities(), author.facilities()).equals(row.facilities())) {
            return new Outcome.Unchanged(newest);
        }
        return new Outcome.Updated(put(key, row, resource, Version.Kind.UPDATED));
    }

    private Outcome delete(Key key, OptionalLong onlyIf) throws SQLException {
        Optional<Row> locked = lock(key);
        if (locked.isEmpty() || !locked.get().seen() || locked.get().deleted()) {
            return new Outcome.Missing(key);
        }
        Row row = locked.get();
        if (onlyIf.isPresent() && onlyIf.getAsLong() != row.version()) {
            return new Outcome.Stale(key, row.version());
        }
        // Whose it was goes on to be true, or nobody could read that it is gone.
        Version version = next(key, row, Version.Kind.DELETED, "", row.facilities(), row.patients());
        pending.index.remove(row.no(), row.patients());
        replace(row, version);
        return new Outcome.Deleted(version);
    }

    /** Empty if the id is taken. */
    private Optional<Outcome> make(Key key, Resource resource) throws SQLException {
        Entries entries = Entries.of(resource);
        Set<String> patients = entries.patients(key.id());
        if (pending.isShared() && !pending.newest.containsKey(key)) {
            long no = pending.draft(connection, new SqlPending.Fresh(key, now, author.facilities(), patients));
            return Optional.of(new Outcome.Created(made(no, key, resource, entries, patients)));
        }
        pending.writeFresh(connection);
        try (PreparedStatement insert = new SqlQuery(
                                "insert into chart_resource (type, id, version, deleted, updated_at, facilities, patients)"
                                        + " values (?, ?, 1, false, ?, ?, ?) on conflict (type, id) do nothing returning no",
                                key.type(),
                                key.id(),
                                Timestamp.from(now),
                                author.facilities(),
                                patients)
                        .prepare(connection);
                ResultSet row = insert.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(new Outcome.Created(made(row.getLong(1), key, resource, entries, patients)));
        }
    }

    private Version made(long no, Key key, Resource resource, Entries entries, Set<String> patients)
            throws SQLException {
        String json = Content.of(resource, key, 1, now);
        var version = new Version(0, key, 1, Version.Kind.CREATED, now, json, author.facilities(), patients);
        pending.index.put(no, entries, patients);
        keep(no, version);
        return version;
    }

    private Optional<Row> lock(Key key) throws SQLException {
        pending.writeFresh(connection);
        SqlQuery query = new SqlQuery("select r.no, r.version, r.deleted, r.updated_at, r.facilities, r.patients, ")
                .add(written.containsKey(key) ? new SqlQuery("true") : SqlSight.reaches(author.sight(), "r"))
                .add(" from chart_resource r where r.type = ? and r.id = ? for update", key.type(), key.id());
        try (PreparedStatement select = query.prepare(connection);
                ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(new Row(
                            row.getLong(1),
                            row.getLong(2),
                            row.getBoolean(3),
                            row.getTimestamp(4).toInstant(),
                            SqlVersions.texts(row.getArray(5)),
                            SqlVersions.texts(row.getArray(6)),
                            row.getBoolean(7)))
                    : Optional.empty();
        }
    }

    private Version put(Key key, Row row, Resource resource, Version.Kind kind) throws SQLException {
        Instant at = at(row);
        String json = Content.of(resource, key, row.version() + 1, at);
        Set<String> facilities = Belonging.after(key, row.facilities(), author.facilities());
        Entries entries = Entries.of(resource);
        Version version = next(key, row, kind, json, facilities, entries.patients(key.id()));
        pending.index.remove(row.no(), row.patients());
        pending.index.put(row.no(), entries, version.patients());
        replace(row, version);
        return version;
    }

    private Version next(
            Key key, Row row, Version.Kind kind, String json, Set<String> facilities, Set<String> patients) {
        return new Version(0, key, row.version() + 1, kind, at(row), json, facilities, patients);
    }

    /** The versions of one resource never go back in time, even where the clock does. */
    private Instant at(Row row) {
        return now.isBefore(row.updatedAt()) ? row.updatedAt() : now;
    }

    private void replace(Row row, Version version) throws SQLException {
        try (PreparedStatement update = new SqlQuery(
                        "update chart_resource set version = ?, deleted = ?, updated_at = ?, facilities = ?,"
                                + " patients = ? where no = ?",
                        version.version(),
                        version.isDeleted(),
                        Timestamp.from(version.updatedAt()),
                        version.facilities(),
                        version.patients(),
                        row.no())
                .prepare(connection)) {
            update.executeUpdate();
        }
        keep(row.no(), version);
    }

    private void keep(long resource, Version version) throws SQLException {
        pending.drafts.add(new SqlPending.Draft(resource, version));
        pending.newest.put(version.key(), version);
        written.put(version.key(), version);
        for (SqlWitness witness : witnesses) {
            witness.wrote(connection, author, version);
        }
    }
}
