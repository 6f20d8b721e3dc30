package org.fieldward.edge.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockFileTest {

    private static final DeviceId BED = new DeviceId("bed-1");

    @TempDir
    Path directory;

    @Test
    void what_is_in_force_is_known_after_a_restart() throws Exception {
        new ClockFile(directory).keep(Map.of(BED, 3_600_000L, new DeviceId("bed-2"), -5_000L));

        assertThat(new ClockFile(directory).known()).isEqualTo(Map.of(BED, 3_600_000L, new DeviceId("bed-2"), -5_000L));

        new ClockFile(directory).keep(Map.of());
        assertThat(new ClockFile(directory).known()).isEmpty();
    }

    @Test
    void a_line_that_cannot_be_is_passed_over() throws Exception {
        Files.writeString(
                directory.resolve("clocks"),
                "bed-1 3600000\nbed-2\nbed/3 1\nbed-4 soon\nbed-5 9223372036854775807\n\u0000\n");

        assertThat(new ClockFile(directory).known()).isEqualTo(Map.of(BED, 3_600_000L));
    }
}
