package org.fieldward.simulator.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.core.FakeCore;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.fleet.FakeGateway;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Gateway;
import org.fieldward.simulator.fleet.Logins;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    private final FakeCore core = new FakeCore();
    private final FakeGateway gateway = new FakeGateway(core, "open sesame");

    @AfterEach
    void close() {
        gateway.close();
        core.close();
    }

    private LoadPlan plan(String password, int connections, int readings, long rate) {
        return new LoadPlan(
                Gateway.plain("127.0.0.1", gateway.port()),
                Logins.shared(new Secret(password)),
                connections,
                2,
                4,
                new LoadPlan.Shape("load-", readings, 6, START),
                new LoadPlan.Course(rate, Duration.ZERO, Duration.ofSeconds(1)));
    }

    private static LoadResult run(LoadPlan plan) {
        var self = new Processes(Map.of("self", ProcessHandle.current().pid()));
        return new Load(plan, self, System::nanoTime).run((second, acked, p99) -> {});
    }

    @Test
    void each_copy_of_a_template_is_a_whole_publish_with_its_own_identifier_and_times() throws IOException {
        var template = new Template(new DeviceId("load-00001"), 3, 6);
        ByteBuf out = Unpooled.buffer();
        template.write(out, 0x1234, START.toEpochMilli());
        template.write(out, 2, START.toEpochMilli() + 3);
        assertThat(out.readableBytes()).isEqualTo(2 * template.length());
        var channel = new EmbeddedChannel(new MqttDecoder());
        channel.writeInbound(out);

        MqttPublishMessage first = channel.readInbound();
        MqttPublishMessage second = channel.readInbound();
        JsonNode readings = new ObjectMapper().readTree(first.payload().toString(StandardCharsets.UTF_8));
        JsonNode later = new ObjectMapper().readTree(second.payload().toString(StandardCharsets.UTF_8));

        assertThat(first.variableHeader().topicName()).isEqualTo("devices/load-00001/readings");
        assertThat(first.variableHeader().packetId()).isEqualTo(0x1234);
        assertThat(second.variableHeader().packetId()).isEqualTo(2);
        assertThat(readings.findValues("time"))
                .extracting(JsonNode::asLong)
                .containsExactly(START.toEpochMilli(), START.toEpochMilli() + 1, START.toEpochMilli() + 2);
        assertThat(readings.path(2).path("values")).hasSize(6);
        assertThat(later.path(0).path("time").asLong()).isEqualTo(START.toEpochMilli() + 3);
        channel.finishAndReleaseAll();
    }

    @Test
    void the_closed_loop_counts_what_is_acknowledged_from_devices_whose_times_grow() {
        LoadResult result = run(plan("open sesame", 3, 2, 0));

        assertThat(result.acked())
                .isPositive()
                .isLessThanOrEqualTo(gateway.publishes().size());
        assertThat(result.ackedPerSecond()).hasSize(1);
        assertThat(result.latency().p50())
                .isPositive()
                .isLessThanOrEqualTo(result.latency().max());
        assertThat(result.unanswered()).isZero();
        assertThat(result.processes()).extracting(LoadResult.ProcessUsage::name).containsExactly("self");
        assertThat(result.processes().getFirst().residentMegabytes()).isGreaterThan(10);
        Map<String, List<String>> byTopic = gateway.publishes().stream()
                .collect(Collectors.groupingBy(
                        FakeGateway.Publish::topic,
                        Collectors.mapping(FakeGateway.Publish::payload, Collectors.toList())));
        assertThat(byTopic).hasSize(3);
        byTopic.values()
                .forEach(payloads -> assertThat(times(payloads)).isSorted().doesNotHaveDuplicates());
        assertThat(gateway.refused()).isZero();
    }

    private static List<Long> times(List<String> payloads) {
        List<Long> times = new ArrayList<>();
        payloads.forEach(payload -> {
            try {
                new ObjectMapper().readTree(payload).findValues("time").forEach(time -> times.add(time.asLong()));
            } catch (IOException e) {
                throw new IllegalArgumentException(e);
            }
        });
        return times;
    }

    @Test
    void the_open_loop_sends_at_its_rate_and_no_faster() {
        LoadResult result = run(plan("open sesame", 3, 1, 200));

        // Whatever the machine is busy with, no more can be acknowledged than was due by the end.
        assertThat(result.acked())
                .isPositive()
                .isLessThanOrEqualTo(gateway.publishes().size());
        assertThat((double) result.acked()).isLessThan(200 * (result.setting().seconds() + 1));
    }

    @Test
    void a_refused_login_ends_the_load_with_its_code() {
        assertThatThrownBy(() -> run(plan("wrong", 1, 1, 0)))
                .isInstanceOf(LoadException.class)
                .hasMessage("the gateway refused a connection with code 4");
    }

    @Test
    void the_probe_measures_from_the_time_meant_for_sending_until_the_core_shows_it() {
        var settings = FleetSettings.usual(
                Gateway.plain("127.0.0.1", gateway.port()), Logins.shared(new Secret("open sesame")));
        var probe = new EndToEnd.Probe(settings, new DeviceId("load-probe"), Optional.empty(), 50);
        try (var asked = new HttpCore(core.uri(), Optional.empty());
                var endToEnd = new EndToEnd(probe, asked, InstantSource.system(), System::nanoTime)) {
            endToEnd.start();
            run(plan("open sesame", 1, 1, 20));
            boolean heard = false;
            boolean sawBacklog = false;
            for (long until = System.nanoTime() + 30_000_000_000L;
                    !(heard && sawBacklog) && System.nanoTime() < until; ) {
                EndToEnd.Result result = endToEnd.take();
                heard |= result.probes() > 0 && result.max() >= result.p50();
                sawBacklog |= result.backlog().contains(3L);
                LockSupport.parkNanos(10_000_000);
            }

            assertThat(heard).isTrue();
            assertThat(sawBacklog).isTrue();
        }
    }
}
