package org.fieldward.simulator.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldward.simulator.load.LoadResult.ProcessUsage;

/** What processes use, read from Linux' {@code /proc}. */
public final class Processes {

    /** Linux counts CPU time in hundredths of a second for every reader of /proc. */
    private static final double TICKS_PER_SECOND = 100;

    private final Map<String, Long> pids;

    /** @param pids by the name to report them under */
    public Processes(Map<String, Long> pids) {
        this.pids = new LinkedHashMap<>(pids);
    }

    /** What one process has used since it started. */
    record Used(double cpuSeconds, double residentMegabytes, double writtenMegabytes) {}

    Map<String, Used> used() {
        Map<String, Used> used = new LinkedHashMap<>();
        pids.forEach((name, pid) -> used.put(name, used(name, pid)));
        return used;
    }

    List<ProcessUsage> between(Map<String, Used> before, Map<String, Used> after, long acked) {
        List<ProcessUsage> usage = new ArrayList<>();
        after.forEach((name, end) -> {
            Used start = before.getOrDefault(name, end);
            double cpu = end.cpuSeconds() - start.cpuSeconds();
            usage.add(new ProcessUsage(
                    name,
                    cpu,
                    acked == 0 ? 0 : cpu * 1e6 / acked,
                    end.residentMegabytes(),
                    end.writtenMegabytes() - start.writtenMegabytes()));
        });
        return usage;
    }

    private static Used used(String name, long pid) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(folder.resolve("stat"));
            // The second field is the program's name in brackets, and may hold anything.
            String[] field = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double cpu = (Long.parseLong(field[11]) + Long.parseLong(field[12])) / TICKS_PER_SECOND;
            return new Used(
                    cpu, number(folder, "status", "VmRSS:") / 1024.0, number(folder, "io", "write_bytes:") / 1e6);
        } catch (IOException e) {
            throw new LoadException("could not read what the process " + name + " (" + pid + ") uses", e);
        }
    }

    private static long number(Path folder, String file, String key) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        }
    }
}
