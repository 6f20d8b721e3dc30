package org.fieldward.edge.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent asks once a second; a large ward's status must not wear its card out. */
class StatusFileTest {

    private static final long BYTES_A_SECOND = 100_000;

    @TempDir
    Path data;

    private StatusFile file;

    @BeforeEach
    void open() {
        file = new StatusFile(data);
    }

    private long bytesWritten(int length, int seconds) throws IOException {
        long bytes = 0;
        for (int second = 0; second < seconds; second++) {
            String text = second + " ".repeat(length);
            boolean[] asked = {false};
            file.write(second * 1_000L, () -> {
                asked[0] = true;
                return text;
            });
            if (asked[0]) {
                assertThat(Files.readString(data.resolve("status.json"))).isEqualTo(text);
                bytes += text.length();
            }
        }
        return bytes;
    }

    @Test
    void a_small_one_is_written_each_time() throws IOException {
        int seconds = 60;

        assertThat(bytesWritten(2_000, seconds)).isGreaterThanOrEqualTo(seconds * 2_000L);
    }

    @Test
    void a_megabyte_is_written_as_seldom_as_it_is_large() throws IOException {
        int seconds = 600;

        assertThat(bytesWritten(1_100_000, seconds))
                .isBetween(seconds * BYTES_A_SECOND * 9 / 10, seconds * BYTES_A_SECOND + 1_200_000);
    }

    @Test
    void what_is_not_due_is_not_even_made() throws IOException {
        file.write(0, () -> " ".repeat(1_000_000));

        file.write(9_999, () -> {
            throw new AssertionError("asked too early");
        });
        file.write(10_000, () -> "again");

        assertThat(Files.readString(data.resolve("status.json"))).isEqualTo("again");
    }
}
