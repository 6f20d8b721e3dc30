package org.fieldward.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.comparison.Comparison;
import org.fieldward.simulator.comparison.ComparisonResult;
import org.fieldward.simulator.core.FakeCore;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.recording.Recording;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
    private static final FleetSettings.Retry SOON =
            new FleetSettings.Retry(Duration.ofMillis(5), Duration.ofMillis(50), 1);

    @TempDir
    Path folder;

    private final FakeCore core = new FakeCore();
    private final FakeGateway gateway = new FakeGateway(core, "open sesame");

    @AfterEach
    void close() {
        gateway.close();
        core.close();
    }

    private FleetSettings settings(int qos, Duration patience) {
        return new FleetSettings(
                Gateway.plain("127.0.0.1", gateway.port()),
                Logins.shared(new Secret("open sesame")),
                PayloadFormat.JSON,
                qos,
                10,
                patience,
                SOON);
    }

    private static Map<DeviceId, Iterator<Message>> ward(Misbehaviour misbehaviour) {
        var ward = new Ward(
                Ward.mixed(5),
                "bed-",
                Pace.asFastAsAcknowledged(START),
                Duration.ofSeconds(100),
                Rhythm.USUAL,
                misbehaviour,
                1);
        return ward.feeds(PayloadFormat.JSON);
    }

    private FleetProgress run(FleetSettings settings, Map<DeviceId, Iterator<Message>> feeds) {
        try (var evidence = Evidence.open(folder.resolve("evidence"), InstantSource.system());
                var fleet = new Fleet(settings, evidence, System::nanoTime)) {
            fleet.start(feeds);
            assertThat(fleet.awaitDone(LONG_ENOUGH)).isTrue();
            return fleet.progress();
        }
    }

    private ComparisonResult compare() {
        try (var asked = new HttpCore(core.uri(), Optional.empty())) {
            return Comparison.of(new EvidenceFile(folder.resolve("evidence")), asked)
                    .run();
        }
    }

    @Test
    void every_message_is_acknowledged_once_and_evidence_equals_core() {
        FleetProgress progress = run(settings(1, LONG_ENOUGH), ward(Misbehaviour.NONE));

        assertThat(progress).isEqualTo(new FleetProgress(500, 0, 500, 0, 5, 5, 5));
        assertThat(gateway.publishes()).hasSize(500).allMatch(publish -> publish.qos() == 1 && !publish.isDup());
        assertThat(compare().isComplete()).isTrue();
        assertThat(compare().claims().acked()).isEqualTo(compare().matches().acked());
    }

    @Test
    void after_a_broken_connection_the_unacknowledged_go_out_again_the_same_with_the_same_device_time() {
        gateway.cutAt(20, 77, 200);

        FleetProgress progress = run(settings(1, LONG_ENOUGH), ward(Misbehaviour.NONE));

        assertThat(progress.acked()).isEqualTo(500);
        assertThat(progress.connects()).isEqualTo(8);
        assertThat(progress.resent()).isPositive();
        List<FakeGateway.Publish> again =
                gateway.publishes().stream().filter(FakeGateway.Publish::isDup).toList();
        // A repetition may be lost on its way too, when the next cut takes its connection; none is invented.
        assertThat(again).hasSizeBetween(1, (int) progress.resent());
        // Each cut publish had arrived; its repetition is byte for byte the same.
        assertThat(new HashSet<>(gateway.publishes().stream()
                        .map(FakeGateway.Publish::payload)
                        .toList()))
                .hasSizeLessThanOrEqualTo(500);
        assertThat(compare().isComplete()).isTrue();
        assertThat(compare().matches().acked()).isEqualTo(compare().claims().sent());
    }

    @Test
    void a_gateway_that_stays_connected_and_answers_nothing_is_left_after_a_while() {
        gateway.mute(true);
        try (var evidence = Evidence.open(folder.resolve("evidence"), InstantSource.system());
                var fleet = new Fleet(settings(1, Duration.ofMillis(200)), evidence, System::nanoTime)) {
            fleet.start(ward(Misbehaviour.NONE));
            assertThat(fleet.awaitDone(Duration.ofMillis(600))).isFalse();
            gateway.mute(false);

            assertThat(fleet.awaitDone(LONG_ENOUGH)).isTrue();
            assertThat(fleet.progress().connects()).isGreaterThan(5);
        }
        assertThat(compare().isComplete()).isTrue();
    }

    @Test
    void a_gateway_that_takes_connections_and_never_welcomes_is_tried_again() {
        gateway.deaf(true);
        try (var evidence = Evidence.open(folder.resolve("evidence"), InstantSource.system());
                var fleet = new Fleet(settings(1, Duration.ofMillis(200)), evidence, System::nanoTime)) {
            fleet.start(ward(Misbehaviour.NONE));
            assertThat(fleet.awaitDone(Duration.ofMillis(500))).isFalse();
            assertThat(fleet.progress().sent()).isZero();
            gateway.deaf(false);

            assertThat(fleet.awaitDone(LONG_ENOUGH)).isTrue();
        }
        assertThat(compare().isComplete()).isTrue();
    }

    @Test
    void misbehaviour_costs_nothing_and_malformed_payloads_are_acknowledged_and_refused() {
        var wild = new Misbehaviour(0.2, 0.2, 0.2, Duration.ofHours(2), 0.01, 0.05, 0);

        FleetProgress progress = run(settings(1, LONG_ENOUGH), ward(wild));

        ComparisonResult result = compare();
        assertThat(progress.acked()).isEqualTo(progress.sent()).isGreaterThan(600);
        assertThat(result.isComplete()).isTrue();
        assertThat(result.disagreement().unexpected()).isZero();
        assertThat(result.claims().malformed()).isPositive().isEqualTo(gateway.refused());
    }

    @Test
    void qos_2_is_acknowledged_at_the_end_of_its_handshake_and_qos_0_never() {
        assertThat(run(settings(2, LONG_ENOUGH), ward(Misbehaviour.NONE)).acked())
                .isEqualTo(500);
        assertThat(run(settings(0, LONG_ENOUGH), ward(Misbehaviour.NONE)).acked())
                .isZero();
    }

    @Test
    void a_replay_at_a_speed_is_due_by_it_while_the_devices_clock_keeps_its_own_pace() {
        var recording = new Recording(
                "r",
                ward(Misbehaviour.NONE).values().stream()
                        .limit(1)
                        .flatMap(feed -> List.of(feed.next(), feed.next(), feed.next()).stream())
                        .map(message -> ((Message.Reading) message.content()).sample())
                        .map(sample -> new Recording.Row(Duration.between(START, sample.time()), sample.values()))
                        .toList());
        var device = new DeviceId("r");
        Iterator<Message> feed = new Replay(new Pace(START, 100), Misbehaviour.NONE, 1)
                .feeds(Map.of(device, recording), PayloadFormat.JSON)
                .getOrDefault(device, List.<Message>of().iterator());

        feed.next();
        feed.next();
        Message third = feed.next();
        assertThat(third.due()).isEqualTo(Duration.ofMillis(20));
        assertThat(((Message.Reading) third.content()).sample().time()).isEqualTo(START.plusSeconds(2));
        assertThat(feed.hasNext()).isFalse();
    }
}
