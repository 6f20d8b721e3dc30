package org.fieldward.core.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("core.properties"), text);
    }

    @Test
    void every_default_is_valid_and_every_key_says_what_it_means() {
        assertThat(Settings.defaults().intake().address().getPort()).isEqualTo(7443);
        assertThat(Key.values()).allSatisfy(key -> assertThat(key.meaning()).endsWith("."));
        assertThat(Arrays.stream(Key.values()).map(Key::key)).doesNotHaveDuplicates();
    }

    @Test
    void nothing_listens_beyond_this_machine_unless_somebody_says_so() {
        assertThat(Settings.defaults().intake().address().getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(Settings.defaults().http().bind()).isEqualTo("127.0.0.1");
    }

    @Test
    void an_unknown_key_stops_the_start_and_names_the_nearest() throws IOException {
        Path file = file("intake.prot=1\n");
        assertThatThrownBy(() -> Settings.read(file))
                .isInstanceOf(AppException.class)
                .hasMessageContaining("'intake.prot'")
                .hasMessageContaining("'intake.port'");
    }

    @Test
    void a_wrong_value_names_key_rule_and_value() throws IOException {
        Path file = file("intake.port=many\n");
        assertThatThrownBy(() -> Settings.read(file))
                .hasMessage("intake.port must be a number from 0 to 65535, was 'many'");
    }

    @Test
    void the_password_does_not_print() throws IOException {
        Settings settings = Settings.read(file("database.password=hush\n"));
        assertThat(settings.databasePassword().reveal()).isEqualTo("hush");
        assertThat(settings.databasePassword().toString() + settings).doesNotContain("hush");
    }

    @Test
    void a_provider_needs_an_audience_a_safe_address_and_a_signature_that_is_known() {
        Settings good =
                Settings.defaults().with(Key.ACCESS_AUDIENCE, "core").with(Key.ACCESS_ISSUER, "https://id.example");
        assertThat(good.access().outside()).isPresent();
        assertThatThrownBy(() -> Settings.defaults().with(Key.ACCESS_ISSUER, "https://id.example"))
                .hasMessageContaining("access.audience");
        assertThatThrownBy(() -> good.with(Key.ACCESS_ISSUER, "http://id.example"))
                .hasMessageContaining("https");
        assertThatThrownBy(() -> good.with(Key.ACCESS_ALGORITHM, "HS256")).hasMessageContaining("access.algorithm");
        assertThatThrownBy(() -> good.with(Key.ACCESS_IDLE, "13h")).hasMessageContaining("access.idle");
        assertThatThrownBy(() -> good.with(Key.FACILITY_GATEWAYS, "ward-3")).hasMessageContaining("facility.gateways");
    }

    @Test
    void a_copy_is_off_by_default_and_its_address_holds_no_login() {
        assertThat(Settings.defaults().copies().redis()).isEmpty();
        assertThat(Settings.defaults().copies().documents()).isEmpty();
        Settings good = Settings.defaults()
                .with(Key.COPY_REDIS_URL, "rediss://cache:6379/2")
                .with(Key.COPY_DOCUMENT_URL, "jdbc:postgresql://store/copy?sslmode=verify-full");
        assertThat(good.copies().redis().orElseThrow().url()).isEqualTo("rediss://cache:6379/2");
        for (String url : List.of("redis://:hush@cache", "http://cache", "redis://cache/x", "redis://cache:6379/1/2")) {
            assertThatThrownBy(() -> good.with(Key.COPY_REDIS_URL, url))
                    .hasMessageContaining("copy.redis-url")
                    .message()
                    .doesNotContain("hush");
        }
        for (String url : List.of(
                "jdbc:mysql://store/copy",
                "jdbc:postgresql://store/copy?password=hush",
                "https://me:hush@store/copy")) {
            assertThatThrownBy(() -> good.with(Key.COPY_DOCUMENT_URL, url))
                    .hasMessageContaining("copy.document-url")
                    .message()
                    .doesNotContain("hush");
        }
        assertThat(good.with(Key.COPY_DOCUMENT_URL, "https://couch:6984/copy")
                        .copies()
                        .documents())
                .isPresent();
        assertThatThrownBy(() -> good.with(Key.COPY_VERIFY_EVERY, "10s")).hasMessageContaining("copy.verify-every");
    }
}
