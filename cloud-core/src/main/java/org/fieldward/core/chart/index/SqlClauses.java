package org.fieldward.core.chart.index;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.search.Criterion;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Query.Clause;
import org.fieldward.core.chart.search.Value;

/** What is asked of a resource, as conditions on its row; whatever else a condition looks at is under the same sight. */
final class SqlClauses {

    private final Sight sight;
    private int aliases;

    SqlClauses(Sight sight) {
        this.sight = sight;
    }

    /** A reference within a pair. */
    static String text(Value.Reference named) {
        return named.type().isEmpty() ? named.url() : named.type() + "/" + named.id();
    }

    /** That a row is one of the type, is there, can be seen and meets all. */
    SqlQuery all(String row, String type, Collection<Clause> clauses) {
        var all = new SqlQuery(row + ".type = ? and not " + row + ".deleted and ", type)
                .add(SqlSight.reaches(sight, row));
        clauses.forEach(clause -> all.add(" and ").add(one(row, clause)));
        return all;
    }

    /**
     * As {@link #all}, of one identifier. Who bears it is looked up first, whatever the planner knows of the tables: where they
     * were filled since they were analysed it would read every row in the order asked for.
     */
    SqlQuery identified(String row, String type, Clause identifier) {
        var match = (Clause.Match) identifier;
        List<SqlQuery> conditions =
                match.any().stream().map(SqlClauses::condition).toList();
        return all(row, type, List.of())
                .add(" and " + row + ".no = any(array(select b.resource_no from chart_token b where ")
                .add(parameters("b", match.parameter(), match.names()))
                .add(" and ")
                .add(any(conditions))
                .add("))");
    }

    private SqlQuery one(String row, Clause clause) {
        return switch (clause) {
            case Clause.Match match -> match(row, match);
            case Clause.Missing missing -> {
                Parameter parameter = missing.parameter();
                yield new SqlQuery(missing.missing() ? "not " : "")
                        .add(exists(row, table(parameter.kind()), parameter, parameter.stored(), new SqlQuery("true")));
            }
            case Clause.Ids ids -> new SqlQuery(ids.negated() ? "not " : "").add(row + ".id = any(?)", ids.ids());
            case Clause.Updated updated ->
                any(updated.any().stream().map(span -> updated(row, span)).toList());
            case Clause.Chain chain -> chain(row, chain);
            case Clause.Has has -> has(row, has);
            case Clause.Within within -> within(row, within);
        };
    }

    private static SqlQuery any(List<SqlQuery> conditions) {
        var any = new SqlQuery("(");
        for (int i = 0; i < conditions.size(); i++) {
            any.add(i == 0 ? "" : " or ").add(conditions.get(i));
        }
        return any.add(")");
    }

    private String alias() {
        return "x" + ++aliases;
    }

    private SqlQuery match(String row, Clause.Match match) {
        List<SqlQuery> conditions =
                match.any().stream().map(SqlClauses::condition).toList();
        return new SqlQuery(match.negated() ? "not " : "")
                .add(exists(row, table(match.any().getFirst()), match.parameter(), match.names(), any(conditions)));
    }

    /** The condition names columns without an alias: those of the innermost table. */
    private SqlQuery exists(String row, String table, Parameter parameter, List<String> names, SqlQuery condition) {
        String alias = alias();
        var exists = new SqlQuery("exists (select from " + table + " " + alias + " where " + alias + ".resource_no = "
                        + row + ".no and ")
                .add(parameters(alias, parameter, names));
        if (table.equals("chart_reference")) {
            parameter.only().ifPresent(only -> exists.add(" and " + alias + ".type = ?", only));
        }
        return exists.add(" and ").add(condition).add(")");
    }

    static SqlQuery parameters(String alias, Parameter parameter, List<String> names) {
        List<Integer> numbers = names.stream()
                .map(name -> Parameter.number(parameter.type(), name))
                .toList();
        return numbers.size() == 1
                ? new SqlQuery(alias + ".parameter = ?", numbers.getFirst())
                : new SqlQuery(alias + ".parameter = any(?)", numbers);
    }

    static String table(Parameter.Kind kind) {
        return switch (kind) {
            case TOKEN -> "chart_token";
            case REFERENCE -> "chart_reference";
            case DATE -> "chart_span";
            case STRING -> "chart_text";
            case QUANTITY, NUMBER -> "chart_amount";
            case URI -> "chart_uri";
            case COMPOSITE -> "chart_pair";
        };
    }

    private static String table(Criterion criterion) {
        return switch (criterion) {
            case Criterion.TokenIs token -> "chart_token";
            case Criterion.TextStarts text -> "chart_text";
            case Criterion.TextContains text -> "chart_text";
            case Criterion.TextIs text -> "chart_text";
            case Criterion.ReferenceIs reference -> "chart_reference";
            case Criterion.ReferenceUrl reference -> "chart_reference";
            case Criterion.SpanIs span -> "chart_span";
            case Criterion.UriIs uri -> "chart_uri";
            case Criterion.AmountIs amount -> "chart_amount";
            case Criterion.PairIs pair -> "chart_pair";
        };
    }

    private static SqlQuery condition(Criterion criterion) {
        return switch (criterion) {
            case Criterion.TokenIs token -> token(token, "system", "code");
            case Criterion.TextStarts starts -> begins("plain", starts.text());
            case Criterion.TextContains contains -> new SqlQuery("strpos(plain, ?) > 0", contains.text());
            case Criterion.TextIs is ->
                begins("plain", Value.Text.of(is.text()).plain()).add(" and exact = ?", is.text());
            case Criterion.ReferenceIs is ->
                is.types().isEmpty()
                        ? new SqlQuery("(type <> '' and id = ?)", is.id())
                        : new SqlQuery("(type <> '' and id = ? and type = any(?))", is.id(), is.types());
            case Criterion.ReferenceUrl is ->
                new SqlQuery("(type = '' and left(url, 100) = left(?, 100) and url = ?)", is.url(), is.url());
            case Criterion.SpanIs span -> span(span);
            case Criterion.UriIs uri -> uri(uri);
            case Criterion.AmountIs amount -> amount(amount);
            case Criterion.PairIs pair ->
                new SqlQuery("(")
                        .add(first(pair.first()))
                        .add(" and ")
                        .add(condition(pair.second()))
                        .add(")");
        };
    }

    private static SqlQuery token(Criterion.TokenIs token, String system, String code) {
        var condition = new SqlQuery("(true");
        token.code()
                .ifPresent(value -> condition.add(
                        " and left(" + code + ", 100) = left(?, 100) and " + code + " = ?", value, value));
        token.system().ifPresent(value -> condition.add(" and " + system + " = ?", value));
        return condition.add(")");
    }

    private static SqlQuery first(Criterion criterion) {
        return switch (criterion) {
            case Criterion.TokenIs token -> token(token, "first_system", "first_code");
            case Criterion.ReferenceIs is ->
                new SqlQuery(
                        "first_code = any(?)",
                        is.types().stream().map(type -> type + "/" + is.id()).toList());
            case Criterion.ReferenceUrl is -> new SqlQuery("first_code = ?", is.url());
            default -> throw new IllegalStateException("a pair begins with a token or a reference");
        };
    }

    /** The beginning by index, the rest by looking. */
    private static SqlQuery begins(String column, String text) {
        int beginning = text.offsetByCodePoints(0, Math.min(100, text.codePointCount(0, text.length())));
        return new SqlQuery(
                "left(" + column + ", 100) like ? and starts_with(" + column + ", ?)",
                text.substring(0, beginning).replaceAll("([\\\\%_])", "\\\\$1") + "%",
                text);
    }

    private static SqlQuery span(Criterion.SpanIs asked) {
        long low = asked.low();
        long high = asked.high();
        return switch (asked.prefix()) {
            case EQ -> new SqlQuery("(low >= ? and low < ? and high <= ?)", low, high, high);
            case NE -> new SqlQuery("not (low >= ? and high <= ?)", low, high);
            case GT -> new SqlQuery("high > ?", high);
            case LT -> new SqlQuery("low < ?", low);
            case GE -> new SqlQuery("(high > ? or low >= ?)", high, low);
            case LE -> new SqlQuery("(low < ? or high <= ?)", low, high);
            case SA -> new SqlQuery("low >= ?", high);
            case EB -> new SqlQuery("high <= ?", low);
            case AP -> new SqlQuery("(low < ? and high > ?)", high, low);
        };
    }

    /** An instant is a span of one millisecond. */
    private static SqlQuery updated(String row, Criterion.SpanIs asked) {
        String at = row + ".updated_at";
        Timestamp low = Timestamp.from(Instant.ofEpochMilli(asked.low()));
        Timestamp high = Timestamp.from(Instant.ofEpochMilli(asked.high()));
        return switch (asked.prefix()) {
            case EQ, AP -> new SqlQuery("(" + at + " >= ? and " + at + " < ?)", low, high);
            case NE -> new SqlQuery("not (" + at + " >= ? and " + at + " < ?)", low, high);
            case GT, SA -> new SqlQuery(at + " >= ?", high);
            case LT, EB -> new SqlQuery(at + " < ?", low);
            case GE -> new SqlQuery(at + " >= ?", low);
            case LE -> new SqlQuery(at + " < ?", high);
        };
    }

    private static SqlQuery uri(Criterion.UriIs asked) {
        return switch (asked.rule()) {
            case SAME -> new SqlQuery("(left(uri, 100) = left(?, 100) and uri = ?)", asked.uri(), asked.uri());
            case BELOW -> new SqlQuery("(").add(begins("uri", asked.uri())).add(")");
            case ABOVE -> new SqlQuery("starts_with(?, uri)", asked.uri());
        };
    }

    private static SqlQuery amount(Criterion.AmountIs asked) {
        var condition = new SqlQuery("(")
                .add(
                        switch (asked.prefix()) {
                            case EQ, AP ->
                                new SqlQuery(
                                        "low >= ? and low < ? and high < ?", asked.low(), asked.high(), asked.high());
                            case NE -> new SqlQuery("not (low >= ? and high < ?)", asked.low(), asked.high());
                            case GT -> new SqlQuery("high > ?", asked.value());
                            case LT -> new SqlQuery("low < ?", asked.value());
                            case GE -> new SqlQuery("high >= ?", asked.value());
                            case LE -> new SqlQuery("low <= ?", asked.value());
                            case SA -> new SqlQuery("low > ?", asked.value());
                            case EB -> new SqlQuery("high < ?", asked.value());
                        });
        Optional<String> system = asked.system();
        system.ifPresent(value -> condition.add(" and system = ?", value));
        asked.unit()
                .ifPresent(
                        unit -> condition.add(system.isPresent() ? " and code = ?" : " and ? in (code, unit)", unit));
        return condition.add(")");
    }

    private SqlQuery chain(String row, Clause.Chain chain) {
        String reference = alias();
        String named = alias();
        var exists = new SqlQuery("exists (select from chart_reference " + reference + " join chart_resource " + named
                        + " on " + named + ".type = " + reference + ".type and " + named + ".id = " + reference
                        + ".id where " + reference + ".type <> '' and " + reference + ".resource_no = " + row
                        + ".no and ")
                .add(parameters(reference, chain.reference(), chain.reference().stored()));
        chain.reference().only().ifPresent(only -> exists.add(" and " + reference + ".type = ?", only));
        List<SqlQuery> targets = chain.targets().stream()
                .map(target -> all(named, target.type(), List.of(target.clause())))
                .toList();
        return exists.add(" and ")
                .add(any(targets.stream()
                        .map(one -> new SqlQuery("(").add(one).add(")"))
                        .toList()))
                .add(")");
    }

    private SqlQuery has(String row, Clause.Has has) {
        String reference = alias();
        String naming = alias();
        var exists = new SqlQuery("exists (select from chart_reference " + reference + " join chart_resource " + naming
                        + " on " + naming + ".no = " + reference + ".resource_no where " + reference + ".type = " + row
                        + ".type and " + reference + ".id = " + row + ".id and " + reference + ".type <> '' and ")
                .add(parameters(reference, has.reference(), has.reference().stored()));
        has.reference().only().ifPresent(only -> exists.add(" and " + reference + ".type = ?", only));
        return exists.add(" and ")
                .add(all(naming, has.reference().type(), List.of(has.clause())))
                .add(")");
    }

    private SqlQuery within(String row, Clause.Within within) {
        if (within.of().type().equals("Patient")) {
            return new SqlQuery(
                    row + ".patients @> ?::text[]", List.of(within.of().id()));
        }
        var any = new SqlQuery(
                "((" + row + ".type = ? and " + row + ".id = ?)",
                within.of().type(),
                within.of().id());
        for (Parameter parameter : within.parameters()) {
            var named = new SqlQuery(
                    "(type <> '' and type = ? and id = ?)",
                    within.of().type(),
                    within.of().id());
            any.add(" or ").add(exists(row, "chart_reference", parameter, parameter.stored(), named));
        }
        return any.add(")");
    }
}
