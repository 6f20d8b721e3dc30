package org.fieldward.core.distribution.outbox;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.delivery.HttpSender;
import org.fieldward.core.delivery.Reach;
import org.fieldward.core.distribution.FakeReadings;
import org.fieldward.core.distribution.seal.Envelope;
import org.fieldward.core.distribution.source.AlarmSource;
import org.fieldward.core.distribution.source.ChartSource;
import org.fieldward.core.distribution.source.Contents;
import org.fieldward.core.distribution.source.ReadingSource;
import org.fieldward.core.distribution.source.Whereabouts;
import org.fieldward.core.distribution.subscription.BindingTokens;
import org.fieldward.core.distribution.subscription.Notifications;
import org.fieldward.core.distribution.subscription.Seal;
import org.fieldward.core.distribution.subscription.SubscriptionOperations;
import org.fieldward.core.distribution.subscription.Subscriptions;
import org.fieldward.core.distribution.target.Targets;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.fieldward.core.distribution.topic.Matcher;
import org.fieldward.core.distribution.topic.Query;
import org.fieldward.core.distribution.topic.Topics;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.search.SqlAccepted;
import org.fieldward.core.registry.SqlRegistry;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;

/** A chart on a real database and the outbox before it; the outbox can be killed and started again. */
public final class Rig implements AutoCloseable {

    public static final String TOPIC = "https://fieldward.org/fhir/SubscriptionTopic/";
    private static final String BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    /** Knows the code of an Observation and nothing else. */
    private static final Matcher BY_CODE = new Matcher() {
        @Override
        public void check(Query query) {
            if (!Set.of("code", "patient", "subject")
                    .containsAll(query.parameters().keySet())) {
                throw new BadQuestion("only code can be asked for");
            }
        }

        @Override
        public boolean matches(Query query, Resource resource) {
            return !(resource instanceof Observation observation)
                    || query.parameters().getOrDefault("code", List.of()).stream()
                            .allMatch(code -> observation
                                    .getCode()
                                    .getCodingFirstRep()
                                    .getCode()
                                    .equals(code));
        }
    };

    /** The time tests set forward. */
    public static final class Clock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public java.time.Instant instant() {
            return InstantSource.system().instant().plus(ahead);
        }

        public void forward(Duration by) {
            ahead = ahead.plus(by);
        }
    }

    public final HikariDataSource database;
    public final Clock clock = new Clock();
    public final SqlChart chart;
    public final SqlReceivers receivers;
    public final SqlEvents events;
    public final Subscriptions subscriptions;
    public final SubscriptionOperations operations;
    public final BindingTokens tokens;
    public Targets targets;
    public final Map<String, Set<String>> facilitiesOfPatients = new HashMap<>();
    private final Outbox.Parts parts;
    private final Function<byte[], Targets> targetsWith;
    private final OutboxSettings settings;
    private final HttpSender sender;
    private Optional<Outbox> running = Optional.empty();

    public Rig() {
        this(
                TestDatabase.fresh(),
                new OutboxSettings(Duration.ofHours(72), Duration.ofDays(14), Duration.ofSeconds(5), 50));
    }

    public Rig(HikariDataSource database, OutboxSettings settings) {
        this.database = database;
        this.settings = settings;
        var random = new Random(7);
        chart = new SqlChart(database, clock, random, List.of());
        var registry = new SqlRegistry(database, gateway -> gateway, clock);
        var whereabouts = new Whereabouts(
                gateway -> Set.of(gateway), patient -> facilitiesOfPatients.getOrDefault(patient, Set.of()));
        var accepted = new SqlAccepted(database, registry::snapshot);
        var maker = new ObservationMaker();
        var contents = new Contents(
                new Contents.Stores(chart, new FakeReadings(), accepted, registry::snapshot), maker, whereabouts);
        var reach = Reach.of(List.of("127.0.0.1"));
        var notifications = new Notifications("https://core.example/fhir");
        receivers = new SqlReceivers(database);
        events = new SqlEvents(database);
        subscriptions = new Subscriptions(new Subscriptions.Parts(
                chart,
                Topics.standard(),
                BY_CODE,
                contents,
                notifications,
                reach,
                new Seal(new byte[32]),
                settings.patience()));
        tokens = new BindingTokens(new byte[32], clock);
        operations = new SubscriptionOperations(chart, subscriptions, notifications, receivers, events, tokens, clock);
        targetsWith = key -> new Targets(
                new Targets.Parts(
                        receivers,
                        events,
                        Topics.standard(),
                        BY_CODE,
                        contents,
                        reach,
                        new Envelope(key),
                        settings.patience(),
                        50),
                random,
                clock);
        targets = targetsWith.apply(new byte[32]);
        sender = new HttpSender(reach);
        parts = new Outbox.Parts(
                List.of(
                        new ChartSource(chart),
                        new ReadingSource(accepted, maker, whereabouts),
                        new AlarmSource(accepted, whereabouts)),
                entry -> switch (entry.kind()) {
                    case SUBSCRIPTION -> subscriptions.receiver(entry);
                    case TARGET -> targets.receiver(entry);
                },
                subscriptions,
                sender);
    }

    /** As a core that starts with this key of secrets. */
    public void restart(byte[] key) {
        stop();
        targets = targetsWith.apply(key);
        start();
    }

    public DataSource database() {
        return database;
    }

    public Rig start() {
        running = Optional.of(new Outbox(database, parts, settings, new Random(8), clock).start());
        chart.onChange(() -> running.ifPresent(Outbox::wake));
        return this;
    }

    /** Ends the outbox; what was not taken is left to the next. */
    public void stop() {
        running.ifPresent(outbox -> {
            try {
                outbox.close();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        running = Optional.empty();
    }

    /** Whether a failure of somebody was noted. */
    public boolean isFailing() {
        return receivers.all(Optional.empty()).stream().anyMatch(entry -> events.isFailing(entry.number()));
    }

    /** Wakes it, as a change in the chart does. */
    public void wake() {
        running.ifPresent(Outbox::wake);
    }

    public Subscription subscription(String criteria, String endpoint, String content) {
        var subscription = new Subscription();
        subscription.setStatus(SubscriptionStatus.REQUESTED);
        subscription.setReason("test");
        subscription.setCriteria(criteria);
        subscription.getChannel().setType(SubscriptionChannelType.RESTHOOK).setEndpoint(endpoint);
        if (criteria.startsWith(TOPIC)) {
            subscription.getChannel().setPayload("application/fhir+json");
            subscription
                    .getChannel()
                    .getPayloadElement()
                    .addExtension(new Extension(BACKPORT + "backport-payload-content", new CodeType(content)));
        } else if (!content.isEmpty()) {
            subscription.getChannel().setPayload(content);
        }
        return subscription;
    }

    public static void filter(Subscription subscription, String filter) {
        subscription
                .getCriteriaElement()
                .addExtension(new Extension(BACKPORT + "backport-filter-criteria", new StringType(filter)));
    }

    /** Admits and stores it; the id. */
    public String subscribe(Subscription subscription, Sight sight) {
        subscriptions.admit(subscription, sight);
        return write(subscription, sight.facilities().orElse(Set.of()));
    }

    public String write(Resource resource, Set<String> facilities) {
        return chart.write(
                        new Author("test", facilities, Sight.EVERYTHING),
                        desk -> desk.apply(
                                resource.hasId()
                                        ? new Change.Update(resource, OptionalLong.empty())
                                        : new Change.Create(resource)))
                .toString()
                .replaceAll(".*?/([A-Za-z0-9.-]+)/_history.*", "$1");
    }

    public Subscription stored(String id) {
        String json = chart.read(new Key("Subscription", id), Sight.EVERYTHING)
                .orElseThrow()
                .json();
        return ca.uhn.fhir.context.FhirContext.forR4Cached().newJsonParser().parseResource(Subscription.class, json);
    }

    public static Observation observation(String patient, String code) {
        var observation = new Observation();
        observation.setStatus(ObservationStatus.FINAL);
        observation.getCode().addCoding().setSystem("http://loinc.org").setCode(code);
        observation.setSubject(new Reference("Patient/" + patient));
        return observation;
    }

    /** Many in one transaction. */
    public void write(List<? extends Resource> resources) {
        chart.write(new Author("test", Set.of(), Sight.EVERYTHING), desk -> {
            var outcomes = new ArrayList<Object>();
            resources.forEach(resource -> outcomes.add(desk.apply(new Change.Create(resource.copy()))));
            return outcomes;
        });
    }

    /** Looks until it is so, at most half a minute. */
    public void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        stop();
        sender.close();
        database.close();
    }

    /** For {@link Chart} users that need the interface. */
    public Chart chart() {
        return chart;
    }
}
