package org.fieldward.core.chart.index;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Query;

/**
 * In which order resources come, and where the next page begins: behind the keys of the last one, so that what others write
 * meanwhile neither doubles nor hides any. What has no value for a key comes last, whichever way it is sorted.
 */
final class SqlOrder {

    private static final String NONE = "~";

    private final List<Query.Sort> sorts;

    SqlOrder(List<Query.Sort> sorts) {
        this.sorts = List.copyOf(sorts);
    }

    /** What is looked at, behind {@code from chart_resource r}. */
    SqlQuery joins() {
        var joins = new SqlQuery();
        for (int i = 0; i < sorts.size(); i++) {
            Query.Sort sort = sorts.get(i);
            if (sort.parameter().isPresent()) {
                joins.add(" left join lateral (select " + (sort.descending() ? "max" : "min") + "("
                                + value(sort.parameter().get().kind()) + ") as key from "
                                + SqlClauses.table(sort.parameter().get().kind())
                                + " s where s.resource_no = r.no and ")
                        .add(SqlClauses.parameters(
                                "s",
                                sort.parameter().get(),
                                sort.parameter().get().stored()))
                        .add(
                                sort.parameter().get().only().isPresent() ? " and s.type = ?" : "",
                                sort.parameter().get().only().stream().toArray())
                        .add(") k" + i + " on true");
            }
        }
        return joins;
    }

    private static String value(Parameter.Kind kind) {
        return switch (kind) {
            case TOKEN -> "s.code collate \"C\"";
            case STRING -> "s.plain collate \"C\"";
            case URI -> "s.uri collate \"C\"";
            case REFERENCE -> "(s.type || '/' || s.id || s.url) collate \"C\"";
            case DATE, QUANTITY, NUMBER -> "s.low";
            case COMPOSITE -> throw new IllegalArgumentException("nothing is sorted by two values at once");
        };
    }

    private String key(int i) {
        Query.Sort sort = sorts.get(i);
        if (sort.parameter().isPresent()) {
            return "k" + i + ".key";
        }
        return sort.name().equals("_id") ? "r.id collate \"C\"" : "(extract(epoch from r.updated_at) * 1000)::bigint";
    }

    /** As it stands in a place. */
    private String type(int i) {
        Query.Sort sort = sorts.get(i);
        if (sort.parameter().isEmpty()) {
            return sort.name().equals("_id") ? "text" : "bigint";
        }
        return switch (sort.parameter().get().kind()) {
            case TOKEN, STRING, URI, REFERENCE, COMPOSITE -> "text";
            case DATE -> "bigint";
            case QUANTITY, NUMBER -> "float8";
        };
    }

    /** The keys as columns behind {@code r.no}. */
    String columns() {
        var columns = new StringBuilder();
        for (int i = 0; i < sorts.size(); i++) {
            columns.append(", ").append(key(i));
        }
        return columns.toString();
    }

    String orderBy() {
        var order = new StringBuilder(" order by ");
        for (int i = 0; i < sorts.size(); i++) {
            String key = key(i);
            if (sorts.get(i).parameter().isPresent()) {
                order.append("(").append(key).append(" is null), ");
            }
            order.append(key).append(sorts.get(i).descending() ? " desc, " : ", ");
        }
        return order + "r.no";
    }

    /** Where the row that the result stands on is the last of a page. */
    String place(ResultSet row) throws SQLException {
        var place = new StringBuilder().append(row.getLong(1));
        for (int i = 0; i < sorts.size(); i++) {
            String key = row.getString(i + 2);
            place.append(',')
                    .append(
                            key == null
                                    ? NONE
                                    : URLEncoder.encode(key, StandardCharsets.UTF_8)
                                            .replace("~", "%7E"));
        }
        return place.toString();
    }

    /** That a row comes behind the place. */
    SqlQuery behind(String place) {
        String[] parts = place.split(",", -1);
        if (parts.length != sorts.size() + 1) {
            throw new BadSearch("place", "must be one that this search gave");
        }
        var keys = new ArrayList<Optional<Object>>();
        for (int i = 0; i < sorts.size(); i++) {
            String part = parts[i + 1];
            keys.add(part.equals(NONE) ? Optional.empty() : Optional.of(read(part, type(i))));
        }
        return behind(0, keys, (long) read(parts[0], "bigint"));
    }

    private SqlQuery behind(int i, List<Optional<Object>> keys, long no) {
        if (i == sorts.size()) {
            return new SqlQuery("r.no > ?", no);
        }
        SqlQuery rest = behind(i + 1, keys, no);
        if (keys.get(i).isEmpty()) {
            return new SqlQuery("(" + key(i) + " is null and ").add(rest).add(")");
        }
        Object value = keys.get(i).get();
        return new SqlQuery(
                        "(" + key(i) + " is null or " + key(i) + (sorts.get(i).descending() ? " < ?" : " > ?"), value)
                .add(" or (" + key(i) + " = ? and ", value)
                .add(rest)
                .add("))");
    }

    static Object read(String text, String type) {
        try {
            return switch (type) {
                case "bigint" -> (Object) Long.parseLong(text);
                case "float8" -> (Object) Double.parseDouble(text);
                default -> URLDecoder.decode(text, StandardCharsets.UTF_8);
            };
        } catch (IllegalArgumentException e) {
            throw new BadSearch("place", "must be one that this search gave");
        }
    }
}
