package org.fieldward.core.chart.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.postgresql.PGStatement;

/** A statement that is put together piece by piece, each value beside the piece that it belongs to. */
public final class SqlQuery {

    private final StringBuilder text = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    public SqlQuery() {}

    public SqlQuery(String piece, Object... values) {
        add(piece, values);
    }

    /** @param values for the question marks of the piece: what JDBC binds, or a collection for an array */
    public SqlQuery add(String piece, Object... values) {
        text.append(piece);
        this.values.addAll(Arrays.asList(values));
        return this;
    }

    public SqlQuery add(SqlQuery other) {
        text.append(other.text);
        values.addAll(other.values);
        return this;
    }

    /** An array: one value of each row. */
    public static <R> List<Object> column(Collection<R> rows, Function<R, Object> value) {
        return rows.stream().map(value).toList();
    }

    /** What makes a time of a column of microseconds since 1970. */
    public static String time(String micros) {
        return "'epoch'::timestamptz + " + micros + " * interval '1 microsecond'";
    }

    public PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text.toString());
        try {
            for (int i = 0; i < values.size(); i++) {
                bind(statement, i + 1, values.get(i));
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** Planned anew for its values: one patient has ten resources and another a hundred thousand. */
    public PreparedStatement prepareOnce(Connection connection) throws SQLException {
        PreparedStatement statement = prepare(connection);
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        return statement;
    }

    public void execute(Connection connection) throws SQLException {
        try (PreparedStatement statement = prepare(connection)) {
            statement.execute();
        }
    }

    private static void bind(PreparedStatement statement, int place, Object value) throws SQLException {
        if (value instanceof Collection<?> values) {
            if (!values.isEmpty() && values.iterator().next() instanceof byte[]) {
                statement.setArray(
                        place, statement.getConnection().createArrayOf("bytea", values.toArray(new byte[0][])));
                return;
            }
            String type = switch (values.isEmpty() ? "" : values.iterator().next()) {
                case Integer number -> "integer";
                case Long number -> "bigint";
                case Double number -> "float8";
                case Boolean flag -> "boolean";
                default -> "text";
            };
            statement.setArray(place, statement.getConnection().createArrayOf(type, values.toArray()));
        } else {
            statement.setObject(place, value);
        }
    }
}
