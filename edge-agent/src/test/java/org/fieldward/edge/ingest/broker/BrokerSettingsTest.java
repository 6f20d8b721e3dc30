package org.fieldward.edge.ingest.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.fieldward.edge.decode.Format;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerSettingsTest {

    private static final Path HOME = Path.of("/etc/fieldward");

    @Test
    void without_a_url_there_is_no_broker() {
        assertThat(BrokerSettings.of(Map.of("broker.topics", "nonsense"), HOME)).isEmpty();
    }

    @Test
    void a_template_says_which_level_is_the_device_and_what_the_format_is() {
        var settings = BrokerSettings.of(
                        Map.of(
                                "broker.url",
                                "tcp://10.0.0.5:1883",
                                "broker.topics",
                                "ward7/{device}/vitals=json, +/x/{device}=senml"),
                        HOME)
                .orElseThrow();
        TopicTemplate first = settings.topics().getFirst();

        assertThat(first.filter().toString()).isEqualTo("ward7/+/vitals");
        assertThat(first.format()).isEqualTo(Format.JSON);
        assertThat(first.matches("ward7/bed3/vitals")).isTrue();
        assertThat(first.matches("ward7/bed3/vitals/x")).isFalse();
        assertThat(first.device("ward7/bed3/vitals")).contains(new DeviceId("bed3"));
        assertThat(first.device("ward7/bed 3/vitals")).isEmpty();
        assertThat(settings.topics().get(1).device("a/x/pump-1")).contains(new DeviceId("pump-1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "broker.url | http://x:1 | broker.url must be tcp://host:port or ssl://host:port",
                "broker.url | tcp://x | broker.url must be",
                "broker.url | tcp://user:secret@x:1 | broker.url must be",
                "broker.topics | ward7/vitals=json | one level {device}",
                "broker.topics | {device}/{device}=json | one level {device}",
                "broker.topics | a{device}/x=json | one level {device}",
                "broker.topics | {device}/x=xml | json, senml, senml-cbor or protobuf",
                "broker.topics | {device}/x | template=format",
                "broker.username | me | must be given together",
                "broker.retry-max-seconds | 0 | broker.retry-max-seconds must be"
            })
    void a_wrong_setting_is_refused_by_key_and_rule(String key, String value, String message) {
        var settings = new java.util.HashMap<>(
                Map.of("broker.url", "tcp://10.0.0.5:1883", "broker.topics", "{device}/x=json"));
        settings.put(key, value);

        assertThatThrownBy(() -> BrokerSettings.of(settings, HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
