package org.fieldward.edge.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path folder;

    @Test
    void a_session_number_grows_also_when_the_clock_goes_back() {
        try (var data = DataDirectory.hold(folder).orElseThrow()) {
            assertThat(data.nextSession(5000)).isEqualTo(5000);
            assertThat(data.nextSession(100)).isEqualTo(5001);
        }
    }

    @Test
    void a_session_number_that_a_power_cut_emptied_does_not_keep_the_gateway_off_the_core() throws IOException {
        Files.writeString(folder.resolve("session"), "");

        try (var data = DataDirectory.hold(folder).orElseThrow()) {
            assertThat(data.nextSession(5000)).isEqualTo(5000);
            assertThat(data.nextSession(5000)).isEqualTo(5001);
        }
    }
}
