package org.fieldward.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.registry.Configurations.Configuration;
import org.fieldward.core.registry.Configurations.Settled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlConfigurationsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlConfigurations configurations = new SqlConfigurations(database, () -> NOON);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void every_version_is_kept_and_the_newest_one_holds() {
        new SqlGateways(database, () -> NOON).admit("ward-7", new byte[32], NOON);
        var changes = new AtomicInteger();
        configurations.onChange(gateway -> changes.incrementAndGet());
        Map<String, String> settings = Map.of("alarm.limit.spo2", "88.. delay 0s", "core.transfer-window", "");

        assertThat(configurations.present("ward-7")).isEmpty();
        assertThat(configurations.set("ward-8", settings)).as("no such gateway").isEmpty();
        configurations.set("ward-7", settings);
        configurations.set("ward-7", Map.of());
        configurations.set("ward-7", settings);

        assertThat(configurations.present("ward-7")).contains(new Configuration("ward-7", 3, settings, NOON));
        assertThat(configurations.history("ward-7"))
                .isEqualTo(List.of(
                        new Configuration("ward-7", 3, settings, NOON),
                        new Configuration("ward-7", 2, Map.of(), NOON),
                        new Configuration("ward-7", 1, settings, NOON)));
        assertThat(changes).hasValue(3);
    }

    @Test
    void the_last_word_of_a_gateway_replaces_the_one_before() {
        new SqlGateways(database, () -> NOON).admit("ward-7", new byte[32], NOON);
        configurations.settled("ward-7", new Settled(1, false, "on trial", NOON));
        configurations.settled("ward-7", new Settled(1, true, "", NOON.plusSeconds(1)));

        assertThat(configurations.settled()).isEqualTo(Map.of("ward-7", new Settled(1, true, "", NOON.plusSeconds(1))));
    }

    @Test
    void what_cannot_be_a_setting_is_refused_by_its_key_and_without_its_value() {
        assertThatThrownBy(() -> configurations.set("ward-7", Map.of("a.key", "secret\nb=c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.key")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> configurations.set("ward-7", Map.of("a key", "1")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
