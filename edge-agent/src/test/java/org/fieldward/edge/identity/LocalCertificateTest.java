package org.fieldward.edge.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.fieldward.proto.certificate.CertificateMaker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCertificateTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration LESS_THAN_HALF = Duration.ofDays(365 * 2);
    private static final Duration MORE_THAN_HALF = Duration.ofDays(365 * 3);
    private static final List<String> NAMES = List.of("ward-7", "10.0.0.7");

    @TempDir
    private Path folder;

    private String made(List<String> names, Instant now) throws IOException {
        var certificate = new LocalCertificate(folder, new CertificateMaker(new SecureRandom()));
        return Files.readString(certificate.ensure(names, now).chain());
    }

    @Test
    void it_stays_for_half_of_its_life() throws IOException {
        String first = made(NAMES, NOW);

        assertThat(made(NAMES, NOW.plus(LESS_THAN_HALF))).isEqualTo(first);
        String second = made(NAMES, NOW.plus(MORE_THAN_HALF));
        assertThat(second).isNotEqualTo(first);
        assertThat(made(NAMES, NOW.plus(MORE_THAN_HALF).plus(LESS_THAN_HALF))).isEqualTo(second);
    }

    @Test
    void one_of_a_gateway_that_did_not_write_down_how_long_it_lasts_is_read_for_it() throws IOException {
        String first = made(NAMES, NOW);
        Path until = folder.resolve("local-server.until");
        String written = Files.readString(until);
        Files.delete(until);

        assertThat(made(NAMES, NOW.plus(LESS_THAN_HALF))).isEqualTo(first);
        assertThat(until).as("read once, then written down").content().isEqualTo(written);
        assertThat(made(NAMES, NOW.plus(MORE_THAN_HALF))).isNotEqualTo(first);
    }

    @Test
    void a_spoilt_note_of_how_long_it_lasts_does_not_stop_the_start() throws IOException {
        String first = made(NAMES, NOW);
        Path until = folder.resolve("local-server.until");
        for (String spoilt : List.of("", "soon", "999999999999999999", "99999999999999999999")) {
            Files.writeString(until, spoilt);

            assertThat(made(NAMES, NOW.plus(LESS_THAN_HALF))).as("'%s'", spoilt).isEqualTo(first);
        }
    }

    @Test
    void another_name_or_none_of_it_left_makes_a_new_one() throws IOException {
        String first = made(NAMES, NOW);
        String second = made(List.of("ward-8"), NOW);
        assertThat(second).isNotEqualTo(first);

        Files.delete(folder.resolve("local-server.pem"));
        assertThat(made(List.of("ward-8"), NOW)).isNotEqualTo(second);
    }
}
