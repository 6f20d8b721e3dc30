package org.fieldward.installer.cut;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/** A process that stands still from one moment on, as when its machine loses power. */
public final class Frozen {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Frozen() {}

    /**
     * Returns when none of its threads can do anything more. One that waits for the disk is stopped before it returns to
     * the program.
     */
    public static void freeze(long pid, Path log) throws IOException, InterruptedException {
        RunningPart.run("kill", List.of("kill", "-STOP", Long.toString(pid)), log, PATIENCE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!stands(pid)) {
            if (System.nanoTime() > deadline) {
                throw new PartException("process " + pid + " did not stop");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static boolean stands(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                char state = stat.charAt(stat.lastIndexOf(')') + 2);
                if (state != 'T' && state != 'D') {
                    return false;
                }
            }
            return true;
        }
    }
}
