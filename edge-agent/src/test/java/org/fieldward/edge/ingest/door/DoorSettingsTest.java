package org.fieldward.edge.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorSettingsTest {

    private static final Path HOME = Path.of("/etc/fieldward");

    @Test
    void without_settings_the_door_is_open_to_this_machine_only() {
        var settings = DoorSettings.of(Map.of(), HOME);

        assertThat(settings.plain()).contains(new DoorSettings.Listener("127.0.0.1", 1883));
        assertThat(settings.tls()).isEqualTo(Optional.empty());
        assertThat(settings.accounts()).isEqualTo(HOME.resolve("accounts"));
        assertThat(settings.limits().maxPacketBytes()).isEqualTo(262_144);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mqtt.plain.host | 0.0.0.0 | mqtt.plain.host must be 127.0.0.1, ::1 or localhost",
                "mqtt.plain.host | 127.evil.example | mqtt.plain.host must be",
                "mqtt.plain.port | off | mqtt.plain.port must be a port unless",
                "mqtt.plain.port | 70000 | mqtt.plain.port must be a whole number from 0 to 65535, was '70000'",
                "mqtt.plain.anywhere | yes | mqtt.plain.anywhere must be true or false, was 'yes'",
                "mqtt.tls.key | door.key | must be given together",
                "mqtt.tls.client-certificate-required | true | needs mqtt.tls.client-ca",
                "mqtt.tls.client-crl | revoked.pem | mqtt.tls.client-crl needs mqtt.tls.client-ca",
                "mqtt.receive-maximum | 0 | mqtt.receive-maximum must be a whole number from 1 to 65535"
            })
    void a_wrong_setting_is_refused_by_key_rule_and_value(String key, String value, String message) {
        assertThatThrownBy(() -> DoorSettings.of(Map.of(key, value), HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void the_plain_port_leaves_this_machine_only_if_somebody_says_so() {
        var settings = DoorSettings.of(Map.of("mqtt.plain.host", "0.0.0.0", "mqtt.plain.anywhere", "true"), HOME);

        assertThat(settings.plain()).contains(new DoorSettings.Listener("0.0.0.0", 1883));
    }
}
