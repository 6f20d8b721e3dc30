package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Inventory;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlQuery;

/** The chart's resources one after the other. Thread-safe. */
public final class SqlInventory implements Inventory {

    /** As their bytes are ordered, whatever the database's language. */
    private static final String IN_ORDER = "select r.no, coalesce(octet_length(v.content), 0) from chart_resource r"
            + " join chart_version v on v.resource_no = r.no and v.version = r.version"
            + " order by r.type collate \"C\", r.id collate \"C\"";

    private final DataSource database;

    public SqlInventory(DataSource database) {
        this.database = database;
    }

    @Override
    public long last() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select last_number from chart_tail")) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw new ChartException("chart could not say its last number", e);
        }
    }

    @Override
    public void walk(int page, Consumer<List<Version>> taker) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (PreparedStatement statement = connection.prepareStatement(IN_ORDER)) {
                // Without it the driver would take all of them into memory.
                statement.setFetchSize(page);
                try (ResultSet row = statement.executeQuery()) {
                    var places = new ArrayList<Long>();
                    long bytes = 0;
                    while (row.next()) {
                        places.add(row.getLong(1));
                        bytes += row.getLong(2);
                        if (places.size() == page || bytes > SqlVersions.MAX_READ_BYTES) {
                            taker.accept(at(connection, places));
                            places.clear();
                            bytes = 0;
                        }
                    }
                    if (!places.isEmpty()) {
                        taker.accept(at(connection, places));
                    }
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new ChartException("chart could not be walked", e);
        }
    }

    private static List<Version> at(Connection connection, List<Long> places) throws SQLException {
        var query = new SqlQuery(
                SqlVersions.EVERY + " and r.version = v.version where v.resource_no = any(?)", List.copyOf(places));
        List<Version> versions = SqlVersions.all(connection, query);
        versions.sort(Comparator.comparing(version -> version.key().toString()));
        return versions;
    }

    @Override
    public List<Version> asOf(long number, Collection<Key> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        var query = new SqlQuery(
                "select distinct on (r.no) " + SqlVersions.COLUMNS
                        + " from unnest(?::text[], ?::text[]) asked (type, id)"
                        + " join chart_resource r on r.type = asked.type and r.id = asked.id"
                        + " join chart_version v on v.resource_no = r.no where v.number <= ?"
                        + " order by r.no, v.version desc",
                keys.stream().map(Key::type).toList(),
                keys.stream().map(Key::id).toList(),
                number);
        try (Connection connection = database.getConnection()) {
            return SqlVersions.all(connection, query);
        } catch (SQLException e) {
            throw new ChartException("chart could not read versions", e);
        }
    }
}
