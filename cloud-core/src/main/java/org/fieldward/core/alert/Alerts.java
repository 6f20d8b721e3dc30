package org.fieldward.core.alert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.alert.SqlIncidents.Attempt;
import org.fieldward.core.alert.SqlIncidents.Waiting;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.search.Matching;
import org.fieldward.core.delivery.Backoff;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.delivery.Reply;
import org.fieldward.core.delivery.Sender;
import org.fieldward.core.journal.FollowerThread;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.registry.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what must not wait. What is to be told is in the database before it is tried, and is tried until it was taken
 * or is no longer worth it; a message may come twice after a crash. One thread opens and escalates, one sends, so that a slow
 * mail server holds up no escalation.
 */
public final class Alerts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** What alerts are made of, and how webhooks are sent. */
    public record Parts(
            Accepted accepted, Chart chart, Registry registry, Function<String, ZoneId> zoneOfGateway, Sender sender) {}

    private final AlertSettings settings;
    private final SqlIncidents incidents;
    private final AlertFollower follower;
    private final Sender sender;
    private final Optional<Mailer> mailer;
    private final Backoff backoff;
    private final InstantSource clock;
    private final FollowerThread watching;
    private final FollowerThread sending;

    public Alerts(
            DataSource database, Parts parts, AlertSettings settings, RandomGenerator random, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        incidents = new SqlIncidents(database);
        Map<Rule, Matching> searches = new LinkedHashMap<>();
        settings.rules()
                .forEach(rule -> rule.criteria()
                        .ifPresent(criteria -> searches.put(rule, new Matching(condition(criteria), clock.instant()))));
        follower = new AlertFollower(
                database,
                new AlertFollower.Sources(parts.accepted(), parts.chart(), parts.registry(), parts.zoneOfGateway()),
                settings,
                searches);
        sender = parts.sender();
        mailer = settings.mail().map(server -> new SmtpMailer(server, clock));
        backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), random);
        watching = new FollowerThread("alert-watch", () -> pause(this::watch));
        sending = new FollowerThread("alert-send", () -> pause(this::send));
    }

    private static Condition condition(String criteria) {
        String[] parts = criteria.split("\\?", 2);
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : parts.length == 1 ? new String[0] : parts[1].split("&")) {
            String[] said = pair.split("=", 2);
            parameters.put(said[0], List.of(said.length == 1 ? "" : said[1]));
        }
        return new Condition(parts[0], parameters);
    }

    public Alerts start() {
        watching.start();
        sending.start();
        return this;
    }

    /** A hint that something happened; never blocks. */
    public void wake() {
        watching.wake();
    }

    /** Takes a step; what fails is rolled back and comes again. Its message may be about a patient. */
    private static Duration pause(BooleanSupplier step) {
        try {
            return step.getAsBoolean() ? Duration.ZERO : IDLE;
        } catch (RuntimeException e) {
            LOG.error(
                    "a step of alerting failed, it is tried again: {}",
                    e.getClass().getName());
            return RETRY;
        }
    }

    private boolean watch() {
        boolean found = follower.step(clock);
        boolean escalated = incidents.escalate(settings.rules(), clock.instant());
        sending.wake();
        return found || escalated;
    }

    private boolean send() {
        return incidents.send(this::attempt, clock.instant());
    }

    private Attempt attempt(Waiting waiting) {
        Incident incident = waiting.incident();
        if (incident.closedAt().isPresent() || incident.acknowledgedAt().isPresent()) {
            return new Attempt(Optional.of("it was over or known before this could be sent"), Optional.empty());
        }
        Reply reply = waiting.channel().equals("mail") ? mail(waiting) : webhook(waiting);
        return switch (reply) {
            case Reply.Taken taken -> new Attempt(Optional.empty(), Optional.empty());
            case Reply.Failed failed -> {
                Instant now = clock.instant();
                boolean tooLate = waiting.queuedAt().isBefore(now.minus(settings.retryFor()));
                LOG.warn(
                        "message {} of incident {} was not taken: {}",
                        waiting.number(),
                        incident.number(),
                        failed.reason());
                yield new Attempt(
                        Optional.of(failed.reason()),
                        tooLate ? Optional.empty() : Optional.of(now.plus(backoff.after(waiting.failures() + 1))));
            }
        };
    }

    private Reply mail(Waiting waiting) {
        Incident incident = waiting.incident();
        String place = incident.place().isEmpty() ? "" : ", " + incident.place();
        String subject = capital(incident.priority()) + " alert" + place + ": " + incident.what();
        String text = subject + "\n\nsince " + incident.raisedAt().truncatedTo(ChronoUnit.SECONDS)
                + (incident.gateway().isEmpty() ? "" : "\ngateway " + incident.gateway())
                + (waiting.level() > 1 ? "\nlevel " + waiting.level() + ": nobody has acknowledged it yet" : "")
                + "\n\n" + settings.link() + "\n\nincident " + incident.number() + ", rule " + incident.rule() + "\n";
        return mailer.map(server -> server.send(waiting.address(), subject, text))
                .orElseGet(() -> new Reply.Failed("no mail server is set"));
    }

    private static String capital(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private Reply webhook(Waiting waiting) {
        Incident incident = waiting.incident();
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incident", incident.number())
                .put("rule", incident.rule())
                .put("level", waiting.level())
                .put("place", incident.place())
                .put("gateway", incident.gateway())
                .put("what", incident.what())
                .put("priority", incident.priority())
                .put("since", incident.raisedAt().toString())
                .put("link", settings.link())
                .toString();
        return sender.send(new Message(
                "POST",
                waiting.address(),
                Map.of(),
                Optional.of(new Message.Body("application/json", body)),
                PATIENCE));
    }

    /** Waits for the message under way. */
    @Override
    public void close() throws InterruptedException {
        watching.end();
        sending.end();
        watching.close();
        sending.close();
    }
}
