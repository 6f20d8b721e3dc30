package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of 24 MiB of its own, mounted where the system lets anybody do that; skipped elsewhere. */
class FullDiskTest {

    @TempDir
    Path disk;

    @Test
    void a_disk_without_a_byte_left_takes_alarms_forgets_what_is_confirmed_and_heals_by_itself() throws Exception {
        assumeThat(run("unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=24m", "none", disk.toString())
                        .code())
                .as("unshare and tmpfs are to be had")
                .isZero();

        Ran story = run(
                "unshare",
                "-rm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=24m none \"$0\" && exec \"$@\"",
                disk.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FullDiskStory.class.getName(),
                disk.toString());

        assertThat(story.said())
                .containsExactly(
                        "before: stored",
                        "disk full: false",
                        "last byte taken: true",
                        "reading: true",
                        "disk full: true",
                        "alarm: true",
                        "reading: true",
                        "alarm: true",
                        "reading: true",
                        "alarm: true",
                        "reading: true",
                        "forgotten: true",
                        "records left: 0",
                        "after: stored",
                        "disk full: false",
                        "lost: {REFUSED=N}");
    }

    private record Ran(int code, List<String> said) {}

    private static Ran run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Ran(-1, List.of());
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // The JDK warns of libraries that load native code.
        return new Ran(
                process.exitValue(),
                said.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("WARNING") && !line.startsWith("SLF4J"))
                        .toList());
    }
}
