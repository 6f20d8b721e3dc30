package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.fieldward.core.transaction.SqlWork;

/** The gateways' settings in PostgreSQL. */
public final class SqlConfigurations implements Configurations {

    private final DataSource database;
    private final InstantSource clock;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    public SqlConfigurations(DataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Calls back with the gateway after every configuration that was set through this object, on the thread that set it. */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    @Override
    public Optional<Configuration> set(String gateway, Map<String, String> settings) {
        Configurations.check(settings);
        Optional<Configuration> made;
        try {
            made = SqlWork.inTransaction(
                    database,
                    connection -> isKnown(connection, gateway)
                            ? Optional.of(insert(connection, gateway, settings))
                            : Optional.empty());
        } catch (SQLException e) {
            throw new RegistryException("registry could not set a gateway's configuration", e);
        }
        if (made.isPresent()) {
            listeners.forEach(listener -> listener.accept(gateway));
        }
        return made;
    }

    /** Two that set one at the same time do so one after the other. */
    private static boolean isKnown(Connection connection, String gateway) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select 1 from gateway where id = ? for update")) {
            select.setString(1, gateway);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private Configuration insert(Connection connection, String gateway, Map<String, String> settings)
            throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        long version;
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into gateway_configuration (gateway, version, set_at)
                select ?, coalesce(max(version), 0) + 1, ? from gateway_configuration where gateway = ?
                returning version""")) {
            insert.setString(1, gateway);
            insert.setTimestamp(2, Timestamp.from(now));
            insert.setString(3, gateway);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                version = row.getLong(1);
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gateway_setting (gateway, version, key, value) values (?, ?, ?, ?)")) {
            for (Map.Entry<String, String> one : settings.entrySet()) {
                insert.setString(1, gateway);
                insert.setLong(2, version);
                insert.setString(3, one.getKey());
                insert.setString(4, one.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        return new Configuration(gateway, version, settings, now);
    }

    @Override
    public Optional<Configuration> present(String gateway) {
        return read(gateway, 1).stream().findFirst();
    }

    @Override
    public List<Configuration> history(String gateway) {
        return read(gateway, Integer.MAX_VALUE);
    }

    private List<Configuration> read(String gateway, int limit) {
        var times = new LinkedHashMap<Long, Instant>();
        var settings = new HashMap<Long, Map<String, String>>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select c.version, c.set_at, s.key, s.value
                        from (select * from gateway_configuration where gateway = ? order by version desc limit ?) c
                        left join gateway_setting s using (gateway, version)
                        order by c.version desc, s.key""")) {
            select.setString(1, gateway);
            select.setInt(2, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long version = row.getLong(1);
                    times.put(version, row.getTimestamp(2).toInstant());
                    Map<String, String> ofVersion = settings.computeIfAbsent(version, any -> new HashMap<>());
                    if (row.getString(3) != null) {
                        ofVersion.put(row.getString(3), row.getString(4));
                    }
                }
            }
        } catch (SQLException e) {
            throw new RegistryException("registry could not read a gateway's configuration", e);
        }
        var found = new ArrayList<Configuration>();
        times.forEach((version, at) ->
                found.add(new Configuration(gateway, version, settings.getOrDefault(version, Map.of()), at)));
        return found;
    }

    @Override
    public void settled(String gateway, Settled settled) {
        try (Connection connection = database.getConnection();
                PreparedStatement upsert = connection.prepareStatement("""
                        insert into gateway_configuration_state (gateway, version, applied, detail, said_at)
                        values (?, ?, ?, ?, ?)
                        on conflict (gateway) do update set version = excluded.version, applied = excluded.applied,
                            detail = excluded.detail, said_at = excluded.said_at""")) {
            upsert.setString(1, gateway);
            upsert.setLong(2, settled.version());
            upsert.setBoolean(3, settled.applied());
            upsert.setString(4, settled.detail());
            upsert.setTimestamp(5, Timestamp.from(settled.saidAt()));
            upsert.executeUpdate();
        } catch (SQLException e) {
            throw new RegistryException("registry could not note what became of a configuration", e);
        }
    }

    @Override
    public Map<String, Settled> settled() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select gateway, version, applied, detail, said_at from gateway_configuration_state");
                ResultSet row = select.executeQuery()) {
            var found = new HashMap<String, Settled>();
            while (row.next()) {
                found.put(
                        row.getString(1),
                        new Settled(
                                row.getLong(2),
                                row.getBoolean(3),
                                row.getString(4),
                                row.getTimestamp(5).toInstant()));
            }
            return found;
        } catch (SQLException e) {
            throw new RegistryException("registry could not read what became of configurations", e);
        }
    }
}
