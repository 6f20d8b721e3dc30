package org.fieldward.core.alert;

import ca.uhn.fhir.context.FhirContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.search.Matching;
import org.fieldward.core.journal.SqlCursor;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Accepted.Step;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Observation;

/**
 * Reads alarms and the chart from its own durable cursors and opens incidents. An incident, its first messages and the
 * cursor go in one transaction. Used by one thread; cores that share a database take turns by the cursor's lock.
 */
final class AlertFollower {

    private static final int AT_ONCE = 200;
    private static final Set<String> CRITICAL = Set.of("HH", "LL", "AA");

    /** Where signs come from. */
    record Sources(Accepted accepted, Chart chart, Registry registry, Function<String, ZoneId> zoneOfGateway) {}

    private final DataSource database;
    private final Sources sources;
    private final AlertSettings settings;
    private final SqlCursor alarms = new SqlCursor("alert-alarms");
    private final SqlCursor chart = new SqlCursor("alert-chart");
    private final Map<Rule, Matching> searches = new LinkedHashMap<>();

    /** @param searches of the rules that have criteria, understood before */
    AlertFollower(DataSource database, Sources sources, AlertSettings settings, Map<Rule, Matching> searches) {
        this.database = database;
        this.sources = sources;
        this.settings = settings;
        this.searches.putAll(searches);
    }

    /**
     * False if there was nothing.
     *
     * @param clock is asked after what happened was read, or something would be judged by a time before it
     */
    boolean step(InstantSource clock) {
        boolean worked = follow(alarms, (connection, position) -> alarms(connection, position, clock));
        return follow(chart, (connection, position) -> chart(connection, position, clock)) || worked;
    }

    private boolean follow(SqlCursor cursor, SqlCursor.Page page) {
        try {
            return cursor.step(database, page);
        } catch (SQLException e) {
            throw new AlertException("incidents could not be opened (SQL state " + e.getSQLState() + ")", e);
        }
    }

    private long alarms(Connection connection, long position, InstantSource clock) throws SQLException {
        List<Step> steps = sources.accepted().steps(position, AT_ONCE);
        Instant now = clock.instant();
        for (Step step : steps) {
            String subject = step.gateway() + "/" + step.alarm();
            switch (step.phase()) {
                case RAISED -> raised(connection, step, subject, now);
                case ACKNOWLEDGED -> SqlIncidents.acknowledge(connection, subject, "at the gateway", now);
                case CLEARED -> SqlIncidents.close(connection, subject, now);
            }
        }
        return steps.isEmpty() ? position : steps.getLast().number();
    }

    private void raised(Connection connection, Step step, String subject, Instant now) throws SQLException {
        // What waited for a link, or is over already, is nothing to run for.
        boolean late = step.raisedAt().isBefore(now.minus(settings.maxAge()));
        if (late
                || sources.accepted()
                        .phase(step.gateway(), step.alarm())
                        .filter(phase -> phase != Phase.RAISED)
                        .isPresent()) {
            return;
        }
        Sign sign = sign(step, subject);
        LocalTime time = LocalTime.ofInstant(now, sources.zoneOfGateway().apply(step.gateway()));
        for (Rule rule : settings.rules()) {
            if (rule.isAboutAlarms() && rule.meets(sign, time)) {
                SqlIncidents.open(connection, rule, sign, now);
            }
        }
    }

    private Sign sign(Step step, String subject) {
        DeviceId device = step.device();
        Optional<String> parameter = step.parameter().map(one -> one.key());
        return new Sign(
                subject,
                step.gateway() + "|" + device.name() + "|" + step.kind() + "|" + parameter.orElse(""),
                step.gateway(),
                sources.registry().device(device).flatMap(Registry.Device::bed).orElse(device.name()),
                word(step.kind()),
                parameter,
                word(step.priority()),
                step.raisedAt(),
                Set.of());
    }

    private long chart(Connection connection, long position, InstantSource clock) throws SQLException {
        List<Version> versions = sources.chart().after(position, AT_ONCE);
        Instant now = clock.instant();
        for (Version version : versions) {
            boolean late = version.updatedAt().isBefore(now.minus(settings.maxAge()));
            if (late || version.isDeleted()) {
                continue;
            }
            var sign = new Sign(
                    version.key().toString(),
                    version.key().toString(),
                    "",
                    "",
                    version.key().type(),
                    Optional.empty(),
                    "high",
                    version.updatedAt(),
                    version.facilities());
            LocalTime time = LocalTime.ofInstant(now, sources.zoneOfGateway().apply(""));
            for (Rule rule : settings.rules()) {
                if (!rule.isAboutAlarms() && isAsked(rule, version) && rule.meets(sign, time)) {
                    SqlIncidents.open(connection, rule, sign, now);
                }
            }
        }
        return versions.isEmpty() ? position : versions.getLast().number();
    }

    private boolean isAsked(Rule rule, Version version) {
        boolean found = Optional.ofNullable(searches.get(rule))
                .map(search -> search.matches(version))
                .orElse(true);
        return found && (!rule.critical() || isCritical(version));
    }

    private static boolean isCritical(Version version) {
        return version.key().type().equals("Observation")
                && FhirContext.forR4Cached()
                        .newJsonParser()
                        .parseResource(Observation.class, version.json())
                        .getInterpretation()
                        .stream()
                        .flatMap(concept -> concept.getCoding().stream())
                        .anyMatch(coding -> CRITICAL.contains(String.valueOf(coding.getCode())));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
