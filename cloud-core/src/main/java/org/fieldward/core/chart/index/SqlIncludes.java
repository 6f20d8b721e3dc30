package org.fieldward.core.chart.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Parameters;
import org.fieldward.core.chart.search.Query;

/** Finds what comes along with matches, as far as it can be seen. */
public final class SqlIncludes {

    private static final int MAX_ROUNDS = 8;
    private static final int MAX_RESOURCES = 5_000;

    private SqlIncludes() {}

    /**
     * @param matches numbers of {@code chart_resource}
     * @return numbers of others
     * @throws BadSearch if it would be too much for one answer
     */
    public static Set<Long> of(Connection connection, List<Query.Include> includes, List<Long> matches, Sight sight)
            throws SQLException {
        var all = new LinkedHashSet<>(matches);
        Set<Long> latest = new LinkedHashSet<>(matches);
        for (int round = 0; round < MAX_ROUNDS && !latest.isEmpty(); round++) {
            var found = new LinkedHashSet<Long>();
            for (Query.Include include : includes) {
                if (round == 0 || include.iterate()) {
                    found.addAll(beside(connection, include, latest, sight));
                }
            }
            found.removeAll(all);
            all.addAll(found);
            latest = found;
            if (all.size() > matches.size() + MAX_RESOURCES) {
                throw new BadSearch("_include", "must not bring more than " + MAX_RESOURCES + " resources to one page");
            }
        }
        matches.forEach(all::remove);
        return all;
    }

    private static Set<Long> beside(Connection connection, Query.Include include, Collection<Long> of, Sight sight)
            throws SQLException {
        if (of.isEmpty()) {
            return Set.of();
        }
        SqlQuery select = include.reverse() ? naming(include, of, sight) : named(include, of, sight);
        if (!include.source().equals("*")) {
            select.add(" and x.parameter = any(?)", numbers(include));
        }
        include.target().ifPresent(target -> select.add(" and x.type = ?", target));
        select.add(" order by 1 limit ?", MAX_RESOURCES + 1);
        try (PreparedStatement statement = select.prepareOnce(connection);
                ResultSet row = statement.executeQuery()) {
            var found = new LinkedHashSet<Long>();
            while (row.next()) {
                found.add(row.getLong(1));
            }
            return found;
        }
    }

    private static SqlQuery named(Query.Include include, Collection<Long> of, Sight sight) {
        return new SqlQuery(
                        "select distinct r.no from chart_reference x join chart_resource r"
                                + " on r.type = x.type and r.id = x.id where x.type <> '' and x.resource_no = any(?)",
                        of)
                .add(" and not r.deleted and ")
                .add(SqlSight.reaches(sight, "r"));
    }

    private static SqlQuery naming(Query.Include include, Collection<Long> of, Sight sight) {
        return new SqlQuery(
                        "select distinct r.no from chart_resource named join chart_reference x"
                                + " on x.type <> '' and x.type = named.type and x.id = named.id"
                                + " join chart_resource r on r.no = x.resource_no where named.no = any(?)",
                        of)
                .add(" and r.type = ? and not r.deleted and ", include.source())
                .add(SqlSight.reaches(sight, "r"));
    }

    private static List<Integer> numbers(Query.Include include) {
        Collection<String> names = include.names().isEmpty()
                ? Parameters.of(include.source()).all().values().stream()
                        .filter(parameter -> parameter.kind() == Parameter.Kind.REFERENCE)
                        .flatMap(parameter -> parameter.stored().stream())
                        .distinct()
                        .toList()
                : include.names();
        return names.stream()
                .map(name -> Parameter.number(include.source(), name))
                .toList();
    }
}
