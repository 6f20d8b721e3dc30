package org.fieldward.core.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.Lane;
import org.jspecify.annotations.Nullable;

/** The gateways in PostgreSQL. */
public final class SqlGateways implements Gateways {

    private static final Pattern PAIR = Pattern.compile("\"([A-Z]+)\": *(\\d+)");

    private final DataSource database;
    private final InstantSource clock;

    public SqlGateways(DataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private int update(String what, String sql, @Nullable Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                Object parameter = parameters[i];
                statement.setObject(i + 1, parameter instanceof Instant at ? Timestamp.from(at) : parameter);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new RegistryException("registry could not " + what, e);
        }
    }

    @Override
    public void admit(String gateway, byte[] tokenDigest, Instant until) {
        update("admit a gateway", """
                insert into gateway (id, added_at, token_digest, token_until) values (?, ?, ?, ?)
                on conflict (id) do update set token_digest = excluded.token_digest, token_until = excluded.token_until""", gateway, clock.instant(), tokenDigest, until);
    }

    @Override
    public boolean redeem(String gateway, byte[] tokenDigest) {
        return update("redeem a token", """
                        update gateway set token_digest = null, token_until = null, revoked_at = null
                        where id = ? and token_digest = ? and token_until > ?""", gateway, tokenDigest, clock.instant()) == 1;
    }

    @Override
    public void certified(String gateway, String fingerprint, Instant validUntil) {
        update(
                "remember a certificate",
                "insert into gateway_certificate (fingerprint, gateway, valid_until) values (?, ?, ?)",
                fingerprint,
                gateway,
                validUntil);
    }

    @Override
    public boolean revoke(String gateway) {
        Instant now = clock.instant();
        update(
                "revoke a gateway's certificates",
                "update gateway_certificate set revoked_at = ? where gateway = ? and revoked_at is null",
                now,
                gateway);
        return update(
                        "revoke a gateway",
                        "update gateway set revoked_at = ?, token_digest = null, token_until = null where id = ?",
                        now,
                        gateway)
                == 1;
    }

    @Override
    public Standing standing(String gateway, String fingerprint) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select g.revoked_at is not null or c.revoked_at is not null
                        from gateway g join gateway_certificate c on c.gateway = g.id
                        where g.id = ? and c.fingerprint = ?""")) {
            select.setString(1, gateway);
            select.setString(2, fingerprint);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Standing.UNKNOWN;
                }
                return row.getBoolean(1) ? Standing.REVOKED : Standing.WELCOME;
            }
        } catch (SQLException e) {
            throw new RegistryException("registry could not look up a gateway", e);
        }
    }

    @Override
    public List<Gateway> gateways() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select g.id, g.added_at, g.revoked_at, max(c.valid_until)
                        from gateway g left join gateway_certificate c on c.gateway = g.id
                        group by g.id order by g.id""");
                ResultSet row = select.executeQuery()) {
            var gateways = new ArrayList<Gateway>();
            while (row.next()) {
                gateways.add(new Gateway(
                        row.getString(1),
                        row.getTimestamp(2).toInstant(),
                        Optional.ofNullable(row.getTimestamp(3)).map(Timestamp::toInstant),
                        Optional.ofNullable(row.getTimestamp(4)).map(Timestamp::toInstant)));
            }
            return gateways;
        } catch (SQLException e) {
            throw new RegistryException("registry could not list gateways", e);
        }
    }

    @Override
    public void note(State state) {
        String backlog = state.backlog().entrySet().stream()
                .map(lane -> "\"" + lane.getKey() + "\": " + lane.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
        update(
                "note a gateway's state",
                """
                insert into gateway_state (gateway, connected, software, last_seen_at, last_confirmed_at,
                    clock_offset_ms, backlog, oldest_age_s, disk_used, disk_quota, devices_connected, rejected_payloads)
                values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?)
                on conflict (gateway) do update set connected = excluded.connected, software = excluded.software,
                    last_seen_at = excluded.last_seen_at,
                    last_confirmed_at = coalesce(excluded.last_confirmed_at, gateway_state.last_confirmed_at),
                    clock_offset_ms = excluded.clock_offset_ms, backlog = excluded.backlog,
                    oldest_age_s = excluded.oldest_age_s, disk_used = excluded.disk_used,
                    disk_quota = excluded.disk_quota, devices_connected = excluded.devices_connected,
                    rejected_payloads = excluded.rejected_payloads""",
                state.gateway(),
                state.connected(),
                state.software(),
                state.lastSeenAt(),
                state.lastConfirmedAt().map(Timestamp::from).orElse(null),
                state.clockOffset().toMillis(),
                backlog,
                state.oldestUnconfirmedAge().toSeconds(),
                state.diskUsedBytes(),
                state.diskQuotaBytes(),
                state.devicesConnected(),
                state.rejectedPayloads());
    }

    @Override
    public void heardClock(String gateway, long boot, Coincidence coincidence) {
        update(
                "remember a gateway's clock",
                "insert into gateway_clock (gateway, boot, tick_millis, core_at) values (?, ?, ?, ?) on conflict do nothing",
                gateway,
                boot,
                coincidence.tickMillis(),
                coincidence.core());
    }

    @Override
    public Optional<Coincidence> coincidence(String gateway, long boot) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select tick_millis, core_at from gateway_clock where gateway = ? and boot = ?")) {
            statement.setString(1, gateway);
            statement.setLong(2, boot);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Coincidence(
                                row.getLong(1), row.getTimestamp(2).toInstant()))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw new RegistryException("registry could not read a gateway's clock", e);
        }
    }

    @Override
    public void allDisconnected() {
        update("mark gateways as gone", "update gateway_state set connected = false where connected");
    }

    @Override
    public List<State> states() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select gateway, connected, software, last_seen_at, last_confirmed_at, clock_offset_ms,
                            backlog::text, oldest_age_s, disk_used, disk_quota, devices_connected, rejected_payloads
                        from gateway_state order by gateway""");
                ResultSet row = select.executeQuery()) {
            var states = new ArrayList<State>();
            while (row.next()) {
                states.add(new State(
                        row.getString(1),
                        row.getBoolean(2),
                        row.getString(3),
                        row.getTimestamp(4).toInstant(),
                        Optional.ofNullable(row.getTimestamp(5)).map(Timestamp::toInstant),
                        Duration.ofMillis(row.getLong(6)),
                        backlog(row.getString(7)),
                        Duration.ofSeconds(row.getLong(8)),
                        row.getLong(9),
                        row.getLong(10),
                        row.getInt(11),
                        row.getLong(12)));
            }
            return states;
        } catch (SQLException e) {
            throw new RegistryException("registry could not list the gateways' states", e);
        }
    }

    private static Map<Lane, Long> backlog(String json) {
        Map<Lane, Long> backlog = new EnumMap<>(Lane.class);
        Matcher pair = PAIR.matcher(json);
        while (pair.find()) {
            backlog.put(Lane.valueOf(pair.group(1)), Long.parseLong(pair.group(2)));
        }
        return backlog;
    }
}
