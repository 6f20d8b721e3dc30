package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A statement that is put together piece by piece, each value beside the piece that it belongs to. */
public final class SqlQuery {

    private final StringBuilder text = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    public SqlQuery() {}

    public SqlQuery(String piece, Object... values) {
        add(piece, values);
    }

    /** @param values for the question marks of the piece: what JDBC binds, or a collection of text for {@code text[]} */
    public SqlQuery add(String piece, Object... values) {
        text.append(piece);
        this.values.addAll(List.of(values));
        return this;
    }

    public SqlQuery add(SqlQuery other) {
        text.append(other.text);
        values.addAll(other.values);
        return this;
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

    private static void bind(PreparedStatement statement, int place, Object value) throws SQLException {
        if (value instanceof Collection<?> texts) {
            statement.setArray(place, statement.getConnection().createArrayOf("text", texts.toArray()));
        } else {
            statement.setObject(place, value);
        }
    }
}
