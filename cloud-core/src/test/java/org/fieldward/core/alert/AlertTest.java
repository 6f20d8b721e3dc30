package org.fieldward.core.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.fieldward.core.access.Sight;
import org.fieldward.core.alert.AlertSettings.Mail;
import org.fieldward.core.alert.AlertSettings.Security;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.delivery.HttpSender;
import org.fieldward.core.delivery.Reach;
import org.fieldward.core.distribution.outbox.Listener;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alerts as those see them who are told, through a real mail server. */
class AlertTest {

    private static final String RULES = """
            {"rules": [{"name": "day", "priorities": ["high"], "kinds": ["limit-low"],
              "levels": [{"mail": ["nurse@ward.example"], "webhooks": ["%s"]},
                {"mail": ["doctor@ward.example"], "after": "5m"}], "repeat": "30m"},
              {"name": "results", "critical": true, "levels": [{"mail": ["lab@ward.example"]}]}]}""";

    private volatile Duration ahead = Duration.ZERO;
    private final InstantSource clock =
            () -> Instant.parse("2026-03-01T12:00:00Z").plus(ahead);
    private final GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Listener webhook = new Listener(heard -> 200);
    private final HikariDataSource database = TestDatabase.fresh();
    private final FakeAccepted accepted = new FakeAccepted();
    private final SqlChart chart = new SqlChart(database, clock, new Random(1), List.of());
    private final SqlRegistry registry = new SqlRegistry(database, gateway -> gateway, clock);
    private final HttpSender sender = new HttpSender(Reach.of(List.of("127.0.0.1")));
    private final SqlIncidents incidents = new SqlIncidents(database);
    private Optional<Alerts> running = Optional.empty();

    @AfterEach
    void close() throws InterruptedException {
        stop();
        sender.close();
        webhook.close();
        mails.stop();
        database.close();
    }

    private void start() throws IOException {
        mails.start();
        registry.putDevice(
                new Device(new DeviceId("monitor-7"), "monitor", Optional.of("7"), Optional.empty(), clock.instant()));
        restart();
    }

    private void restart() throws IOException {
        int port = mails.getSmtp().getServerSetup().getPort() == 0
                ? mails.getSmtp().getPort()
                : mails.getSmtp().getServerSetup().getPort();
        var mail = new Mail("127.0.0.1", port, Security.NONE, "", Optional.empty(), "core@ward.example");
        var settings = new AlertSettings(
                Rules.parse(RULES.formatted(webhook.url("/pager"))),
                Optional.of(mail),
                "https://core.example/",
                Duration.ofMinutes(15),
                Duration.ofHours(24));
        ZoneId zone = ZoneOffset.UTC;
        running = Optional.of(new Alerts(
                        database,
                        new Alerts.Parts(accepted, chart, registry, gateway -> zone, sender),
                        settings,
                        new Random(2),
                        clock)
                .start());
    }

    private void stop() throws InterruptedException {
        if (running.isPresent()) {
            running.get().close();
        }
        running = Optional.empty();
    }

    private void change(String alarm, Phase phase) {
        accepted.change(alarm, "monitor-7", phase, Priority.HIGH, clock.instant());
        running.ifPresent(Alerts::wake);
    }

    private void forward(Duration by) {
        ahead = ahead.plus(by);
        running.ifPresent(Alerts::wake);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private List<String> recipients() {
        return Arrays.stream(mails.getReceivedMessages())
                .map(AlertTest::recipient)
                .toList();
    }

    private static String recipient(MimeMessage mail) {
        try {
            return mail.getAllRecipients()[0].toString();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void the_first_level_is_told_at_once_and_the_next_when_nobody_acknowledges() throws Exception {
        start();
        change("a1", Phase.RAISED);
        await(
                "a mail and a page",
                () -> recipients().size() == 1 && webhook.heard().size() == 1);
        forward(Duration.ofMinutes(6));
        await("the doctor", () -> recipients().size() == 2);

        MimeMessage first = mails.getReceivedMessages()[0];
        assertThat(recipients()).containsExactly("nurse@ward.example", "doctor@ward.example");
        assertThat(first.getSubject()).isEqualTo("High alert, 7: limit-low spo2");
        assertThat(first.getContent().toString())
                .contains("https://core.example/", "since 2026-03-01T12:00:00Z")
                .doesNotContain("p1");
        assertThat(mails.getReceivedMessages()[1].getContent().toString()).contains("nobody has acknowledged it yet");
        assertThat(webhook.heard().getFirst().body())
                .contains("\"place\":\"7\"", "\"priority\":\"high\"")
                .doesNotContain("p1");

        forward(Duration.ofMinutes(31));
        await("the doctor again", () -> recipients().size() == 3);
        assertThat(recipients().getLast()).isEqualTo("doctor@ward.example");
    }

    @Test
    void whoever_acknowledges_ends_it_in_the_ward_or_here() throws Exception {
        start();
        change("a1", Phase.RAISED);
        await("told", () -> recipients().size() == 1);
        change("a1", Phase.ACKNOWLEDGED);
        await(
                "known",
                () -> incidents.list(true, 10).getFirst().acknowledgedAt().isPresent());
        accepted.change("a2", "monitor-8", Phase.RAISED, Priority.HIGH, clock.instant());
        running.orElseThrow().wake();
        await("told of the other", () -> recipients().size() == 2);
        assertThat(incidents.acknowledge(incidents.list(true, 1).getFirst().number(), "dr-1", clock.instant()))
                .isTrue();
        forward(Duration.ofHours(1));

        // A third one passes behind them, so they had their chance.
        accepted.change("a3", "monitor-9", Phase.RAISED, Priority.HIGH, clock.instant());
        running.orElseThrow().wake();
        await("the third", () -> recipients().size() == 3);
        assertThat(recipients()).containsOnly("nurse@ward.example");
        assertThat(incidents.list(true, 10))
                .anySatisfy(incident -> assertThat(incident.acknowledgedBy()).contains("dr-1"));
    }

    @Test
    void the_same_alarm_again_is_counted_and_not_told_again() throws Exception {
        start();
        change("a1", Phase.RAISED);
        change("a2", Phase.RAISED);
        await("counted", () -> incidents.list(true, 10).stream().anyMatch(one -> one.seen() == 2));
        change("a2", Phase.CLEARED);
        await("over", () -> incidents.list(true, 10).isEmpty());
        forward(Duration.ofMinutes(2));
        change("a3", Phase.RAISED);
        await("gone on", () -> incidents.list(true, 10).stream().anyMatch(one -> one.seen() == 3));
        change("a3", Phase.CLEARED);
        await("over again", () -> incidents.list(true, 10).isEmpty());
        forward(Duration.ofMinutes(6));
        change("a4", Phase.RAISED);
        await("told again", () -> recipients().size() == 2);

        assertThat(incidents.list(false, 10)).hasSize(2);
    }

    @Test
    void what_waited_for_a_link_or_is_low_or_over_is_told_to_nobody() throws Exception {
        start();
        accepted.change(
                "old", "monitor-1", Phase.RAISED, Priority.HIGH, clock.instant().minus(Duration.ofHours(1)));
        accepted.change("low", "monitor-2", Phase.RAISED, Priority.LOW, clock.instant());
        accepted.change("over", "monitor-3", Phase.RAISED, Priority.HIGH, clock.instant());
        accepted.change("over", "monitor-3", Phase.CLEARED, Priority.HIGH, clock.instant());
        change("a1", Phase.RAISED);
        await("the last", () -> !recipients().isEmpty());

        assertThat(incidents.list(false, 10)).hasSize(1);
    }

    @Test
    void a_critical_result_is_told_and_another_is_not() throws Exception {
        start();
        var observation = new Observation();
        observation.setStatus(ObservationStatus.FINAL);
        for (String code : List.of("N", "HH")) {
            observation.getInterpretation().clear();
            observation.addInterpretation().addCoding().setCode(code);
            observation.setId("r-" + code);
            chart.write(
                    new Author("test", Set.of(), Sight.EVERYTHING),
                    desk -> desk.apply(new Change.Update(observation.copy(), OptionalLong.empty())));
        }
        running.orElseThrow().wake();
        await("told", () -> recipients().equals(List.of("lab@ward.example")));

        assertThat(mails.getReceivedMessages()[0].getSubject()).isEqualTo("High alert: Observation");
    }

    @Test
    void a_mail_server_that_is_gone_gets_it_later_also_from_the_next_start() throws Exception {
        start();
        mails.stop();
        change("a1", Phase.RAISED);
        await("paged", () -> webhook.heard().size() == 1);
        stop();
        mails.start();
        restart();
        forward(Duration.ofMinutes(1));

        await("mailed", () -> recipients().equals(List.of("nurse@ward.example")));
    }

    @Test
    void rules_with_a_mistake_stop_the_start() {
        assertThatThrownBy(() -> Rules.parse("{\"rules\":[{\"name\":\"x\",\"levels\":[]}]}"))
                .hasMessageContaining("levels");
        assertThatThrownBy(() -> Rules.parse("{\"rules\":[{\"name\":\"x\",\"prioritys\":[\"high\"],\"levels\":[{}]}]}"))
                .hasMessageContaining("prioritys");
        assertThatThrownBy(() -> Rules.parse("{\"rules\":[{\"name\":\"x\",\"levels\":[{\"mail\":[\"nobody\"]}]}]}"))
                .hasMessageContaining("nobody");
    }

    @Test
    void a_rule_of_the_night_goes_over_midnight() throws IOException {
        Rule night = Rules.parse(
                        "{\"rules\":[{\"name\":\"x\",\"from\":\"19:00\",\"until\":\"07:00\",\"levels\":[{}]}]}")
                .getFirst();
        var sign = new Sign("s", "l", "g", "7", "limit-low", Optional.empty(), "high", Instant.EPOCH, Set.of());

        assertThat(night.meets(sign, java.time.LocalTime.of(23, 0))).isTrue();
        assertThat(night.meets(sign, java.time.LocalTime.of(6, 59))).isTrue();
        assertThat(night.meets(sign, java.time.LocalTime.of(7, 0))).isFalse();
        assertThat(night.meets(sign, java.time.LocalTime.of(18, 59))).isFalse();
    }
}
