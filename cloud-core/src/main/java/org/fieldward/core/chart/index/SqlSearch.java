package org.fieldward.core.chart.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.search.Criterion;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Parameters;
import org.fieldward.core.chart.search.Query;
import org.fieldward.core.chart.search.Query.Clause;

/** Finds the rows of resources that meet a search and can be seen. */
public final class SqlSearch {

    /** Behind those that have the date that is sorted by come those that have none. */
    private static final String DATED = "d";

    private static final String UNDATED = "u";

    private final Query query;
    private final Sight sight;

    public SqlSearch(Query query, Sight sight) {
        this.query = query;
        this.sight = sight;
    }

    /**
     * One page.
     *
     * @param resources numbers of {@code chart_resource}, in order
     */
    public record Page(List<Long> resources, Optional<String> next) {}

    /** @param place what the page before gave */
    public Page page(Connection connection, Optional<String> place) throws SQLException {
        if (query.count() == 0) {
            return new Page(List.of(), Optional.empty());
        }
        Optional<Query.Sort> date = byOneDate();
        return date.isPresent() ? byDate(connection, date.get(), place) : byKeys(connection, place);
    }

    /** The first page in no order of its own, in one round trip with a query that must have ended before anything is read. */
    public List<Long> first(Connection connection, SqlQuery before) throws SQLException {
        SqlQuery select = new SqlQuery()
                .add(before)
                .add("; select r.no from chart_resource r where ")
                .add(conditions())
                .add(" order by r.no limit ?", query.count());
        try (PreparedStatement statement = prepare(connection, select)) {
            statement.execute();
            statement.getMoreResults();
            var found = new ArrayList<Long>();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    found.add(row.getLong(1));
                }
            }
            return found;
        }
    }

    /** Every message of every source looks for identifiers, and for those one plan is as good as another. */
    private PreparedStatement prepare(Connection connection, SqlQuery select) throws SQLException {
        return query.isForIdentifier() ? select.prepare(connection) : select.prepareOnce(connection);
    }

    public OptionalLong total(Connection connection) throws SQLException {
        if (!query.total()) {
            return OptionalLong.empty();
        }
        SqlQuery count = new SqlQuery("select count(*) from chart_resource r where ").add(conditions());
        try (PreparedStatement select = count.prepareOnce(connection);
                ResultSet row = select.executeQuery()) {
            row.next();
            return OptionalLong.of(row.getLong(1));
        }
    }

    private SqlQuery conditions() {
        var clauses = new SqlClauses(sight);
        return query.isForIdentifier()
                ? clauses.identified("r", query.type(), query.clauses().getFirst())
                : clauses.all("r", query.type(), query.clauses());
    }

    private record Row(long no, String place) {}

    private interface Place {
        String of(ResultSet row) throws SQLException;
    }

    /** One more than the page takes, to know whether there is another page. */
    private List<Row> rows(Connection connection, SqlQuery select, int limit, Place place) throws SQLException {
        select.add(" limit ?", limit);
        try (PreparedStatement statement = prepare(connection, select);
                ResultSet row = statement.executeQuery()) {
            var rows = new ArrayList<Row>();
            while (row.next()) {
                rows.add(new Row(row.getLong(1), place.of(row)));
            }
            return rows;
        }
    }

    private Page page(List<Row> rows) {
        boolean more = rows.size() > query.count();
        List<Row> shown = more ? rows.subList(0, query.count()) : rows;
        return new Page(
                shown.stream().map(Row::no).toList(),
                more ? Optional.of(shown.getLast().place()) : Optional.empty());
    }

    private Page byKeys(Connection connection, Optional<String> place) throws SQLException {
        var order = new SqlOrder(query.sorts());
        var select = new SqlQuery("select r.no" + order.columns() + " from chart_resource r")
                .add(order.joins())
                .add(" where ")
                .add(conditions());
        place.ifPresent(last -> select.add(" and ").add(order.behind(last)));
        select.add(order.orderBy());
        return page(rows(connection, select, query.count() + 1, order::place));
    }

    private Optional<Query.Sort> byOneDate() {
        return query.sorts().size() == 1
                ? query.sorts().stream()
                        .filter(sort -> sort.parameter().isPresent()
                                && sort.parameter().get().kind() == Parameter.Kind.DATE)
                        .findFirst()
                : Optional.empty();
    }

    /** What is asked for most, the newest of one patient, so it reads only as much as it shows, along an index. */
    private Page byDate(Connection connection, Query.Sort sort, Optional<String> place) throws SQLException {
        String[] parts = place.orElse(DATED).split(",", -1);
        boolean dated = parts[0].equals(DATED);
        if (parts.length != 1 && parts.length != (dated ? 3 : 2) || !dated && !parts[0].equals(UNDATED)) {
            throw new BadSearch("place", "must be one that this search gave");
        }
        var rows = new ArrayList<Row>();
        if (dated) {
            rows.addAll(dated(connection, sort, parts));
        }
        int missing = query.count() + 1 - rows.size();
        if (missing > 0) {
            rows.addAll(undated(connection, sort, dated ? 0 : (long) SqlOrder.read(parts[1], "bigint"), missing));
        }
        return page(rows);
    }

    private List<Row> dated(Connection connection, Query.Sort sort, String[] parts) throws SQLException {
        Parameter parameter = sort.parameter().orElseThrow();
        Optional<String> patient = sort.descending() ? onePatient() : Optional.empty();
        String side = sort.descending() ? " and d.last" : " and d.first";
        var select = new SqlQuery("select d.resource_no, d.low from ")
                .add(patient.isPresent() ? "chart_timeline d" : "chart_span d")
                .add(" join chart_resource r on r.no = d.resource_no where ")
                .add(SqlClauses.parameters("d", parameter, parameter.stored()))
                .add(
                        patient.isPresent() ? " and d.patient = ?" : side,
                        patient.stream().toArray())
                .add(" and ")
                .add(conditions());
        if (parts.length == 3) {
            select.add(
                    " and (d.low, d.resource_no) " + (sort.descending() ? "<" : ">") + " (?, ?)",
                    SqlOrder.read(parts[1], "bigint"),
                    SqlOrder.read(parts[2], "bigint"));
        }
        select.add(sort.descending() ? " order by d.low desc, d.resource_no desc" : " order by d.low, d.resource_no");
        return rows(connection, select, query.count() + 1, row -> DATED + "," + row.getLong(2) + "," + row.getLong(1));
    }

    private List<Row> undated(Connection connection, Query.Sort sort, long behind, int limit) throws SQLException {
        Parameter parameter = sort.parameter().orElseThrow();
        var select = new SqlQuery("select r.no from chart_resource r where ")
                .add(conditions())
                .add(" and not exists (select from chart_span d where d.resource_no = r.no and ")
                .add(SqlClauses.parameters("d", parameter, parameter.stored()))
                .add(") and r.no > ? order by r.no", behind);
        return rows(connection, select, limit, row -> UNDATED + "," + row.getLong(1));
    }

    /** The patient in whose compartment everything is that can be found. */
    private Optional<String> onePatient() {
        Set<String> compartment = Parameters.of(query.type()).inCompartment("Patient");
        for (Clause clause : query.clauses()) {
            if (clause instanceof Clause.Within within && within.of().type().equals("Patient")) {
                return Optional.of(within.of().id());
            }
            if (clause instanceof Clause.Match match
                    && !match.negated()
                    && match.any().size() == 1
                    && match.any().getFirst() instanceof Criterion.ReferenceIs named
                    && named.types().equals(Set.of("Patient"))
                    && compartment.containsAll(match.names())) {
                return Optional.of(named.id());
            }
        }
        return Optional.empty();
    }
}
