package org.fieldward.core.chart.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.chart.search.Criterion;
import org.fieldward.core.chart.search.Entries;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Query;
import org.fieldward.core.chart.search.Value;

/**
 * Keeps what the newest versions are found by. Collects until it is flushed, since all rows of a transaction go in one
 * statement. Not thread-safe.
 */
public final class SqlIndex {

    /** Each table with its columns behind {@code parameter, resource_no}. */
    private enum Table {
        TOKEN("system:text", "code:text"),
        TEXT("plain:text", "exact:text"),
        REFERENCE("type:text", "id:text", "url:text"),
        SPAN("low:bigint", "high:bigint", "first:boolean", "last:boolean"),
        TIMELINE("patient:text", "low:bigint"),
        URI("uri:text"),
        AMOUNT("low:float8", "high:float8", "system:text", "code:text", "unit:text"),
        PAIR(
                "first_system:text",
                "first_code:text",
                "system:text",
                "code:text",
                "unit:text",
                "plain:text",
                "low:float8",
                "high:float8");

        private final List<String> columns;

        Table(String... columns) {
            this.columns = List.of(columns);
        }

        private String table() {
            return "chart_" + name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private record Kept(Entries entries, Set<String> patients) {}

    private final Map<Long, Kept> waiting = new LinkedHashMap<>();
    /** Whose they were when they were written. */
    private final Map<Long, Set<String>> outdated = new TreeMap<>();

    /** @param resource its number in {@code chart_resource}; was never kept before, or is {@link #remove}d */
    public void put(long resource, Entries entries, Set<String> patients) {
        waiting.put(resource, new Kept(entries, patients));
    }

    /** @param patients that it was kept with */
    public void remove(long resource, Set<String> patients) {
        outdated.putIfAbsent(resource, patients);
        waiting.remove(resource);
    }

    /** Whether what waits could change what is found; of a search for one identifier. */
    public boolean mayHold(Query query) {
        var match = (Query.Clause.Match) query.clauses().getFirst();
        return !outdated.isEmpty()
                || waiting.values().stream()
                        .map(Kept::entries)
                        .filter(entries -> entries.type().equals(query.type()))
                        .flatMap(entries -> entries.all().stream())
                        .anyMatch(entry -> match.names().contains(entry.name())
                                && entry.value() instanceof Value.Token token
                                && match.any().getFirst() instanceof Criterion.TokenIs asked
                                && asked.code().equals(Optional.of(storable(token.code()))));
    }

    public void flush(Connection connection) throws SQLException {
        if (!outdated.isEmpty()) {
            delete(connection);
            outdated.clear();
        }
        Map<Table, List<List<Object>>> rows = rows();
        if (!rows.isEmpty()) {
            insert(connection, rows);
        }
        waiting.clear();
    }

    private void delete(Connection connection) throws SQLException {
        var numbers = new ArrayList<Long>();
        var patients = new ArrayList<String>();
        outdated.forEach((number, whose) -> (whose.isEmpty() ? Set.of("") : whose).forEach(patient -> {
            numbers.add(number);
            patients.add(patient);
        }));
        var delete = new SqlQuery(
                "with gone(no, patient) as (select * from unnest(?::bigint[], ?::text[]))", numbers, patients);
        for (Table table : Table.values()) {
            delete.add(", " + table.table() + "_gone as (delete from " + table.table() + " t")
                    .add(
                            table == Table.TIMELINE
                                    // Along its only index, which another by resource would cost more than this does.
                                    ? " using gone g join chart_span s on s.resource_no = g.no and s.last"
                                            + " where t.patient = g.patient and t.parameter = s.parameter"
                                            + " and t.low = s.low and t.resource_no = g.no)"
                                    : " where t.resource_no in (select no from gone))");
        }
        delete.add(" select").execute(connection);
    }

    private static void insert(Connection connection, Map<Table, List<List<Object>>> rows) throws SQLException {
        var insert = new SqlQuery("with");
        String separator = " ";
        for (Map.Entry<Table, List<List<Object>>> filled : rows.entrySet()) {
            Table table = filled.getKey();
            var columns = new ArrayList<>(List.of("parameter:integer", "resource_no:bigint"));
            columns.addAll(table.columns);
            var names = new StringBuilder();
            var arrays = new StringBuilder();
            for (String column : columns) {
                String[] parts = column.split(":");
                names.append(names.isEmpty() ? "" : ", ").append(parts[0]);
                arrays.append(arrays.isEmpty() ? "" : ", ")
                        .append("?::")
                        .append(parts[1])
                        .append("[]");
            }
            insert.add(
                    separator + table.table() + "_put as (insert into " + table.table() + " (" + names
                            + ") select * from unnest(" + arrays + "))",
                    filled.getValue().toArray());
            separator = ", ";
        }
        insert.add(" select").execute(connection);
    }

    /** For each table one list per column. */
    private Map<Table, List<List<Object>>> rows() {
        Map<Table, List<List<Object>>> rows = new java.util.EnumMap<>(Table.class);
        waiting.forEach((resource, kept) -> {
            Map<String, Value.Span> firsts = new HashMap<>();
            Map<String, Value.Span> lasts = new HashMap<>();
            for (Entries.Entry entry : kept.entries().all()) {
                if (entry.value() instanceof Value.Span span) {
                    firsts.merge(entry.name(), span, (one, other) -> one.low() <= other.low() ? one : other);
                    lasts.merge(entry.name(), span, (one, other) -> one.low() >= other.low() ? one : other);
                }
            }
            for (Entries.Entry entry : kept.entries().all()) {
                int parameter = Parameter.number(kept.entries().type(), entry.name());
                switch (entry.value()) {
                    case Value.Token token -> add(rows, Table.TOKEN, parameter, resource, token.system(), token.code());
                    case Value.Text text -> add(rows, Table.TEXT, parameter, resource, text.plain(), text.exact());
                    case Value.Reference named ->
                        add(rows, Table.REFERENCE, parameter, resource, named.type(), named.id(), named.url());
                    case Value.Span span -> {
                        boolean first = span == firsts.get(entry.name());
                        boolean last = span == lasts.get(entry.name());
                        add(rows, Table.SPAN, parameter, resource, span.low(), span.high(), first, last);
                        for (String patient : last ? kept.patients() : Set.<String>of()) {
                            add(rows, Table.TIMELINE, parameter, resource, patient, span.low());
                        }
                    }
                    case Value.Uri uri -> add(rows, Table.URI, parameter, resource, uri.uri());
                    case Value.Amount amount ->
                        add(
                                rows,
                                Table.AMOUNT,
                                parameter,
                                resource,
                                amount.low(),
                                amount.high(),
                                amount.system(),
                                amount.code(),
                                amount.unit());
                    case Value.Pair pair -> add(rows, parameter, resource, pair);
                }
            }
        });
        return rows;
    }

    private static void add(Map<Table, List<List<Object>>> rows, int parameter, long resource, Value.Pair pair) {
        Value.Token first = switch (pair.first()) {
            case Value.Token token -> token;
            // A reference in a pair is kept as one text.
            case Value.Reference named -> new Value.Token("", SqlClauses.text(named));
            default -> throw new IllegalStateException("a pair begins with a token or a reference");
        };
        Object[] second = switch (pair.second()) {
            case Value.Token token -> new Object[] {token.system(), token.code(), "", "", 0.0, 0.0};
            case Value.Text text -> new Object[] {"", "", "", text.plain(), 0.0, 0.0};
            case Value.Span span -> new Object[] {"", "", "", "", (double) span.low(), (double) span.high()};
            case Value.Amount amount ->
                new Object[] {amount.system(), amount.code(), amount.unit(), "", amount.low(), amount.high()};
            default -> throw new IllegalStateException("no pair ends with that");
        };
        add(
                rows,
                Table.PAIR,
                parameter,
                resource,
                first.system(),
                first.code(),
                second[0],
                second[1],
                second[2],
                second[3],
                second[4],
                second[5]);
    }

    private static void add(
            Map<Table, List<List<Object>>> rows, Table table, int parameter, long resource, Object... values) {
        List<List<Object>> columns = rows.computeIfAbsent(table, key -> {
            var empty = new ArrayList<List<Object>>();
            for (int i = 0; i < key.columns.size() + 2; i++) {
                empty.add(new ArrayList<>());
            }
            return empty;
        });
        columns.get(0).add(parameter);
        columns.get(1).add(resource);
        for (int i = 0; i < values.length; i++) {
            columns.get(i + 2).add(values[i] instanceof String text ? storable(text) : values[i]);
        }
    }

    /** PostgreSQL's text has no zero byte, and nothing is looked for by one. */
    private static String storable(String text) {
        return text.replace("\0", "");
    }
}
