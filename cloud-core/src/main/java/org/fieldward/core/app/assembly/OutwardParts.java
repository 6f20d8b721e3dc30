package org.fieldward.core.app.assembly;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Territory;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.alert.Alerts;
import org.fieldward.core.alert.SqlIncidents;
import org.fieldward.core.app.file.SharedKey;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.delivery.HttpSender;
import org.fieldward.core.delivery.Reach;
import org.fieldward.core.distribution.Mount;
import org.fieldward.core.distribution.api.AlertsServlet;
import org.fieldward.core.distribution.outbox.Outbox;
import org.fieldward.core.distribution.outbox.OutboxSettings;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.rest.door.Deed;
import org.fieldward.core.distribution.seal.Envelope;
import org.fieldward.core.distribution.source.AlarmSource;
import org.fieldward.core.distribution.source.ChartSource;
import org.fieldward.core.distribution.source.Contents;
import org.fieldward.core.distribution.source.ReadingSource;
import org.fieldward.core.distribution.source.Whereabouts;
import org.fieldward.core.distribution.subscription.AdmittedChart;
import org.fieldward.core.distribution.subscription.BindingTokens;
import org.fieldward.core.distribution.subscription.Notifications;
import org.fieldward.core.distribution.subscription.Seal;
import org.fieldward.core.distribution.subscription.SubscriptionOperations;
import org.fieldward.core.distribution.subscription.SubscriptionSocket;
import org.fieldward.core.distribution.subscription.Subscriptions;
import org.fieldward.core.distribution.target.Targets;
import org.fieldward.core.distribution.target.TargetsServlet;
import org.fieldward.core.distribution.topic.ChartMatcher;
import org.fieldward.core.distribution.topic.Topics;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.alarm.Alarms;
import org.fieldward.core.observation.search.SqlAccepted;
import org.fieldward.core.registry.SqlRegistry;

/** Subscriptions, webhooks and alerts, wired. */
final class OutwardParts implements AutoCloseable {

    /** What is told of. */
    record Stores(Chart chart, SqlRegistry registry, Readings readings, Alarms alarms) {}

    private final HttpSender sender;
    private final Outbox outbox;
    private final Chart chart;
    private final SubscriptionOperations operations;
    private final SubscriptionSocket socket;
    private final Targets targets;
    private final Optional<Alerts> alerts;
    private final AlertsServlet incidents;
    private final List<Readings.Subscription> listening;

    OutwardParts(
            Settings settings,
            DataSource database,
            Stores stores,
            Doorkeeper doorkeeper,
            SecureRandom random,
            InstantSource clock) {
        OutboxSettings limits = settings.outbox();
        Reach reach = settings.reach();
        SqlRegistry registry = stores.registry();
        var whereabouts = new Whereabouts(
                gateway -> Set.of(settings.access().facilityByGateway().getOrDefault(gateway, gateway)),
                registry::facilities);
        var accepted = new SqlAccepted(database, registry::snapshot);
        var maker = new ObservationMaker();
        var contents = new Contents(
                new Contents.Stores(stores.chart(), stores.readings(), accepted, registry::snapshot),
                maker,
                whereabouts);
        var notifications = new Notifications(settings.fhirBase());
        var receivers = new SqlReceivers(database);
        var events = new SqlEvents(database);
        var matcher = new ChartMatcher(clock);
        byte[] key = receivers.key(random);
        var subscriptions = new Subscriptions(new Subscriptions.Parts(
                stores.chart(),
                Topics.standard(),
                matcher,
                contents,
                notifications,
                reach,
                new Seal(key),
                limits.patience()));
        targets = new Targets(
                new Targets.Parts(
                        receivers,
                        events,
                        Topics.standard(),
                        matcher,
                        contents,
                        reach,
                        new Envelope(SharedKey.ofSecrets(settings.dataDir(), random)),
                        limits.patience(),
                        limits.maxReceivers()),
                random,
                clock);
        var tokens = new BindingTokens(key, clock);
        operations = new SubscriptionOperations(
                stores.chart(), subscriptions, notifications, receivers, events, tokens, clock);
        socket = new SubscriptionSocket(
                new SubscriptionSocket.Parts(stores.chart(), subscriptions, receivers, events, tokens, doorkeeper),
                settings.http().maxStreams(),
                clock);
        chart = new AdmittedChart(stores.chart(), subscriptions);
        sender = new HttpSender(reach);
        var ofReadings = new ReadingSource(accepted, maker, whereabouts);
        var parts = new Outbox.Parts(
                List.of(new ChartSource(stores.chart()), ofReadings, new AlarmSource(accepted, whereabouts)),
                entry -> switch (entry.kind()) {
                    case SUBSCRIPTION -> subscriptions.receiver(entry);
                    case TARGET -> targets.receiver(entry);
                },
                subscriptions,
                sender);
        alerts = settings.alerts().rules().isEmpty()
                ? Optional.empty()
                : Optional.of(new Alerts(
                        database,
                        new Alerts.Parts(
                                accepted,
                                stores.chart(),
                                registry,
                                gateway -> settings.facilities().zones().getOrDefault(gateway, ZoneOffset.UTC),
                                sender),
                        settings.alerts(),
                        random,
                        clock));
        incidents = new AlertsServlet(
                new SqlIncidents(database),
                new Territory(registry, settings.access().facilityByGateway()),
                clock);
        outbox = new Outbox(database, parts, limits, random, clock);
        stores.chart().onChange(this::wake);
        listening = List.of(
                stores.readings().listen(readings -> outbox.wake(ofReadings)),
                stores.alarms().listen(alarms -> wake()));
    }

    private void wake() {
        outbox.wake();
        alerts.ifPresent(Alerts::wake);
    }

    OutwardParts start() {
        outbox.start();
        alerts.ifPresent(Alerts::start);
        return this;
    }

    /** The chart for who writes on behalf of callers. */
    Chart chart() {
        return chart;
    }

    /** {@code Subscription/$status}, {@code $events} and {@code $get-ws-binding-token}. */
    List<Deed> deeds() {
        return operations.deeds();
    }

    List<Mount> mounts() {
        List<Route> targetRoutes = Stream.of("GET", "POST", "PUT", "DELETE")
                .flatMap(method -> Stream.of("/api/v1/targets", "/api/v1/targets/**")
                        .map(path -> Route.of(method, path, EnumSet.of(Role.ADMINISTRATOR))))
                .toList();
        Set<Role> care = EnumSet.of(Role.CLINICIAN, Role.NURSE, Role.ADMINISTRATOR);
        return List.of(
                new Mount(SubscriptionSocket.PATH, socket, List.of(Route.anyone("GET", SubscriptionSocket.PATH))),
                new Mount("/api/v1/targets/*", new TargetsServlet(targets), targetRoutes),
                new Mount(
                        "/api/v1/alerts/*",
                        incidents,
                        List.of(
                                Route.of("GET", "/api/v1/alerts", care),
                                Route.of("POST", "/api/v1/alerts/{number}/acknowledge", care))));
    }

    @Override
    public void close() throws InterruptedException {
        listening.forEach(Readings.Subscription::close);
        socket.close();
        outbox.close();
        if (alerts.isPresent()) {
            alerts.get().close();
        }
        sender.close();
    }
}
