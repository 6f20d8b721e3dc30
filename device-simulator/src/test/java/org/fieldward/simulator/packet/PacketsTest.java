package org.fieldward.simulator.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.Test;

/** What is written by hand is read by a decoder that is not ours. */
class PacketsTest {

    private static <T> T decoded(byte[] packet) {
        var channel = new EmbeddedChannel(new MqttDecoder(1 << 20));
        channel.writeInbound(Unpooled.wrappedBuffer(packet));
        T message = channel.readInbound();
        assertThat((Object) channel.readInbound()).isNull();
        return message;
    }

    @Test
    void a_connect_says_who_with_which_password_and_how_often_it_will_speak() {
        MqttConnectMessage connect =
                decoded(Packets.connect("screen-7", "screen", Optional.of(new Secret("open")), 300));

        assertThat(connect.variableHeader().name()).isEqualTo("MQTT");
        assertThat(connect.variableHeader().version()).isEqualTo(4);
        assertThat(connect.variableHeader().isCleanSession()).isTrue();
        assertThat(connect.variableHeader().keepAliveTimeSeconds()).isEqualTo(300);
        assertThat(connect.payload().clientIdentifier()).isEqualTo("screen-7");
        assertThat(connect.payload().userName()).isEqualTo("screen");
        assertThat(new String(connect.payload().passwordInBytes(), StandardCharsets.UTF_8))
                .isEqualTo("open");
    }

    @Test
    void a_connect_without_a_password_has_no_empty_one() {
        MqttConnectMessage connect = decoded(Packets.connect("a", "a", Optional.empty(), 0));

        assertThat(connect.variableHeader().hasPassword()).isFalse();
    }

    @Test
    void a_publish_has_a_packet_identifier_only_if_it_is_to_be_acknowledged() {
        MqttPublishMessage one = decoded(Packets.publish(1, 0xABCD, "devices/a/readings", "{}"));
        MqttPublishMessage zero = decoded(Packets.publish(0, 0xABCD, "devices/a/readings", "x".repeat(20_000)));

        assertThat(one.variableHeader().packetId()).isEqualTo(0xABCD);
        assertThat(one.payload().toString(StandardCharsets.UTF_8)).isEqualTo("{}");
        assertThat(zero.fixedHeader().qosLevel().value()).isZero();
        assertThat(zero.payload().readableBytes()).isEqualTo(20_000);
    }

    @Test
    void a_subscribe_asks_for_each_filter_and_a_ping_is_one() {
        MqttSubscribeMessage subscribe = decoded(Packets.subscribe(1, List.of("devices/#", "alarms/#")));
        MqttMessage ping = decoded(Packets.ping());

        assertThat(subscribe.payload().topicSubscriptions())
                .extracting(each -> each.topicFilter())
                .containsExactly("devices/#", "alarms/#");
        assertThat(ping.fixedHeader().messageType()).isEqualTo(MqttMessageType.PINGREQ);
    }
}
