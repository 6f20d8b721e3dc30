package org.fieldward.core.chart.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.fieldward.core.access.SqlTexts;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlIndex;
import org.fieldward.core.chart.index.SqlQuery;
import org.fieldward.core.chart.search.Asked;
import org.fieldward.core.chart.search.Criterion;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Query;
import org.fieldward.proto.reading.Micros;

/**
 * What all works of one transaction have in common: what was looked up for them together, and what is written for them
 * together at the end. What each costs PostgreSQL is mostly the statement, not the row. Not thread-safe.
 */
final class SqlPending implements SqlDesk.Company {

    private static final int MAX_VERSIONS_A_STATEMENT = 100;
    private static final int NUMBERS_AT_ONCE = 8;
    private static final String AT = SqlQuery.time("t.at");
    private static final int PATIENCE_MILLIS = 200;

    /** A version that has no number yet. */
    record Draft(long resource, Version version) {}

    /** A row of a new resource. */
    record Fresh(Key key, Instant at, Set<String> facilities, Set<String> patients) {}

    final List<Draft> drafts = new ArrayList<>();
    final Map<Key, Version> newest = new HashMap<>();
    final SqlIndex index = new SqlIndex();

    private final int works;
    private final boolean shared;
    private final Map<Long, Fresh> fresh = new LinkedHashMap<>();
    private final Queue<Long> numbers = new ArrayDeque<>();
    private final Set<Condition> borneByNobody = new HashSet<>();
    private final Map<Class<?>, SqlDesk.Ending> endings = new LinkedHashMap<>();

    /** @param shared whether the works can be done again one by one if something goes wrong at the end */
    SqlPending(int works, boolean shared) {
        this.works = works;
        this.shared = shared;
    }

    boolean isShared() {
        return shared;
    }

    @Override
    public int size() {
        return works;
    }

    @Override
    public <E extends SqlDesk.Ending> E ending(Class<E> kind, Supplier<E> first) {
        return kind.cast(endings.computeIfAbsent(kind, none -> first.get()));
    }

    /** Held until the commit; two that claim several in different orders are parted by the database and one starts over. */
    static long claim(Condition condition) {
        String text = condition.type() + condition.parameters();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Claims the identifiers among the conditions, and looks up which of them nobody bears, whoever may see it. Takes numbers
     * for as many resources as there are works.
     */
    void prepare(Connection connection, Collection<Condition> conditions) throws SQLException {
        var asked = new TreeMap<Long, Condition>();
        var parameters = new ArrayList<Integer>();
        var codes = new ArrayList<String>();
        for (Condition condition : conditions) {
            asked.put(claim(condition), condition);
        }
        // In the order of the claims, so that no two groups wait for each other.
        asked.values().removeIf(condition -> !lookUp(condition, parameters, codes));
        // Two groups that want each other's rows would stand still until the database looks for deadlocks.
        var query = new SqlQuery(
                "set local lock_timeout = " + PATIENCE_MILLIS + "; "
                        + "select numbers, borne from chart_claim(?::bigint[], ?::integer[], ?::text[], ?)",
                asked.keySet(),
                parameters,
                codes,
                works);
        try (PreparedStatement statement = query.prepare(connection)) {
            statement.execute();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                numbers.addAll(List.of((Long[]) row.getArray(1).getArray()));
                Boolean[] borne = (Boolean[]) row.getArray(2).getArray();
                int place = 0;
                for (Condition condition : asked.values()) {
                    if (!borne[place++]) {
                        borneByNobody.add(condition);
                    }
                }
            }
        }
    }

    private static boolean lookUp(Condition condition, List<Integer> parameters, List<String> codes) {
        Query query;
        try {
            query = Asked.read(condition.type(), condition.parameters(), Instant.EPOCH);
        } catch (BadSearch e) {
            // Whoever asks it is told then.
            return false;
        }
        if (!query.isForIdentifier()) {
            return false;
        }
        var match = (Query.Clause.Match) query.clauses().getFirst();
        if (match.names().size() != 1) {
            return false;
        }
        parameters.add(Parameter.number(query.type(), match.names().getFirst()));
        codes.add(((Criterion.TokenIs) match.any().getFirst()).code().orElseThrow());
        return true;
    }

    /** Whether nobody bore the identifier when it was claimed; what was put into the index since is not known to it. */
    boolean isBorneByNobody(Condition condition) {
        return borneByNobody.contains(condition);
    }

    /** Takes in a new resource, whose row is written with others later. Gives its number. */
    long draft(Connection connection, Fresh row) throws SQLException {
        if (numbers.isEmpty()) {
            try (PreparedStatement select = connection.prepareStatement(
                            "select numbers from chart_claim('{}', '{}', '{}', " + NUMBERS_AT_ONCE + ")");
                    ResultSet more = select.executeQuery()) {
                more.next();
                numbers.addAll(List.of((Long[]) more.getArray(1).getArray()));
            }
        }
        long number = numbers.remove();
        fresh.put(number, row);
        return number;
    }

    /** Writes the rows of new resources, before any of them is looked for. */
    void writeFresh(Connection connection) throws SQLException {
        if (fresh.isEmpty()) {
            return;
        }
        var insert = new SqlQuery(
                "insert into chart_resource (no, type, id, version, deleted, updated_at, facilities, patients)"
                        + " overriding system value select t.no, t.type, t.id, 1, false, " + AT
                        + ", t.facilities::text[], t.patients::text[]"
                        + " from unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[])"
                        + " t (no, type, id, at, facilities, patients) on conflict (type, id) do nothing",
                fresh.keySet(),
                SqlQuery.column(fresh.values(), row -> row.key().type()),
                SqlQuery.column(fresh.values(), row -> row.key().id()),
                SqlQuery.column(fresh.values(), row -> Micros.of(row.at())),
                SqlQuery.column(fresh.values(), row -> SqlTexts.literal(row.facilities())),
                SqlQuery.column(fresh.values(), row -> SqlTexts.literal(row.patients())));
        try (PreparedStatement statement = insert.prepare(connection)) {
            if (statement.executeUpdate() != fresh.size()) {
                throw apart("an id was taken");
            }
        }
        fresh.clear();
    }

    /** Writes all that searches look at. */
    void flush(Connection connection) throws SQLException {
        writeFresh(connection);
        index.flush(connection);
        borneByNobody.clear();
    }

    /**
     * Writes all that is left, and gives the versions their numbers. From here to the commit nobody else can, so the commit
     * must not wait for the disk either: whoever asked waits after it ({@link SqlChart#write}).
     */
    void finish(Connection connection) throws SQLException {
        flush(connection);
        for (SqlDesk.Ending ending : endings.values()) {
            if (!ending.write(connection)) {
                throw apart("somebody else was first");
            }
        }
        for (int i = 0; i < drafts.size(); i += MAX_VERSIONS_A_STATEMENT) {
            number(connection, drafts.subList(i, Math.min(drafts.size(), i + MAX_VERSIONS_A_STATEMENT)));
        }
    }

    private static void number(Connection connection, List<Draft> drafts) throws SQLException {
        new SqlQuery(
                        """
                with tail as (update chart_tail set last_number = last_number + ? returning last_number),
                    hasty as materialized (select set_config('synchronous_commit', 'off', true) as set)
                insert into chart_version
                    (number, resource_no, version, kind, updated_at, content, facilities, patients)
                select tail.last_number - ? + t.place, t.resource_no, t.version, t.kind, %s, nullif(t.content, ''),
                    t.facilities::text[], t.patients::text[]
                from tail, hasty, unnest(?::bigint[], ?::bigint[], ?::integer[], ?::bigint[], ?::text[], ?::text[], ?::text[])
                    with ordinality t (resource_no, version, kind, at, content, facilities, patients, place)
                where hasty.set is not null""".formatted(AT),
                        drafts.size(),
                        drafts.size(),
                        SqlQuery.column(drafts, Draft::resource),
                        SqlQuery.column(drafts, draft -> draft.version().version()),
                        SqlQuery.column(drafts, draft -> draft.version().kind().ordinal()),
                        SqlQuery.column(
                                drafts, draft -> Micros.of(draft.version().updatedAt())),
                        SqlQuery.column(
                                drafts,
                                draft -> draft.version().isDeleted()
                                        ? ""
                                        : draft.version().json()),
                        SqlQuery.column(
                                drafts,
                                draft -> SqlTexts.literal(draft.version().facilities())),
                        SqlQuery.column(
                                drafts,
                                draft -> SqlTexts.literal(draft.version().patients())))
                .execute(connection);
    }

    /** Of the kind after which everything is done again. */
    private static ChartException apart(String why) {
        return new ChartException("works of one transaction must be done one by one", new SQLException(why, "40001"));
    }
}
