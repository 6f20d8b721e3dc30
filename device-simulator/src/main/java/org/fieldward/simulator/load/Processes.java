package org.fieldward.simulator.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.fieldward.simulator.load.LoadResult.ProcessUsage;
import org.fieldward.simulator.load.LoadResult.ThreadUsage;

/** What processes use, each with all that it started, read from Linux' {@code /proc}. */
public final class Processes {

    /** Linux counts CPU time in hundredths of a second for every reader of /proc. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Path PROC = Path.of("/proc");

    private final Map<String, Long> pids;

    /** @param pids by the name to report them under */
    public Processes(Map<String, Long> pids) {
        this.pids = new LinkedHashMap<>(pids);
    }

    /**
     * What one process has used since it started.
     *
     * @param ownMegabytes resident
     * @param threads CPU seconds of those that live, by name without numbers
     */
    public record Used(double cpuSeconds, double ownMegabytes, double writtenMegabytes, Map<String, Double> threads) {}

    public Map<String, Used> used() {
        Map<String, Used> used = new LinkedHashMap<>();
        pids.forEach((name, pid) -> used.put(name, used(name, pid)));
        return used;
    }

    /** What each process has resident now, in megabytes, without what it started. Cheap enough for every second. */
    public Map<String, Double> resident() {
        Map<String, Double> resident = new LinkedHashMap<>();
        pids.forEach((name, pid) -> {
            try {
                resident.put(name, resident(PROC.resolve(Long.toString(pid))));
            } catch (IOException e) {
                throw gone(name, pid, e);
            }
        });
        return resident;
    }

    /**
     * Looks at what the processes that they started have resident too, which stops these while the kernel walks through their
     * pages: so it is for when nothing is measured any more.
     *
     * @param resident what {@link #resident} said in between
     * @param acked what the CPU time is divided by
     */
    public List<ProcessUsage> between(
            Map<String, Used> before, Map<String, Used> after, List<Map<String, Double>> resident, long acked) {
        List<ProcessUsage> usage = new ArrayList<>();
        Map<String, Double> startedByName = new HashMap<>();
        pids.forEach((name, pid) -> startedByName.put(name, started(pid)));
        after.forEach((name, end) -> {
            Used start = before.getOrDefault(name, end);
            double cpu = end.cpuSeconds() - start.cpuSeconds();
            double started = startedByName.getOrDefault(name, 0.0);
            double[] own = DoubleStream.concat(
                            resident.stream().mapToDouble(one -> one.getOrDefault(name, end.ownMegabytes())),
                            DoubleStream.of(end.ownMegabytes()))
                    .sorted()
                    .toArray();
            usage.add(new ProcessUsage(
                    name,
                    cpu,
                    perMillion(cpu, acked),
                    own[own.length / 2] + started,
                    own[own.length - 1] + started,
                    end.writtenMegabytes() - start.writtenMegabytes()));
        });
        return usage;
    }

    /** The busiest of each process first; threads that ended in between are missing. */
    public List<ThreadUsage> threadsBetween(Map<String, Used> before, Map<String, Used> after, long acked) {
        List<ThreadUsage> usage = new ArrayList<>();
        after.forEach((name, end) -> {
            Map<String, Double> start = before.getOrDefault(name, end).threads();
            end.threads().entrySet().stream()
                    .map(one -> {
                        double cpu = one.getValue() - start.getOrDefault(one.getKey(), 0.0);
                        return new ThreadUsage(name, one.getKey(), cpu, perMillion(cpu, acked));
                    })
                    .sorted(Comparator.comparingDouble(ThreadUsage::cpuSeconds).reversed())
                    .forEach(usage::add);
        });
        return usage;
    }

    private static double perMillion(double seconds, long acked) {
        return acked == 0 ? 0 : seconds * 1e6 / acked;
    }

    private static Used used(String name, long pid) {
        try {
            Path folder = PROC.resolve(Long.toString(pid));
            double cpu = cpu(folder, true);
            double resident = resident(folder);
            double written = number(folder, "io", "write_bytes:") / 1e6;
            for (Path child : children(pid)) {
                try {
                    // All of these first: a process that ends meanwhile counts with its parent next time.
                    double ofChild = cpu(child, true);
                    double writtenByChild = number(child, "io", "write_bytes:") / 1e6;
                    cpu += ofChild;
                    written += writtenByChild;
                } catch (IOException e) {
                    // It ended.
                    continue;
                }
            }
            return new Used(cpu, resident, written, threads(folder));
        } catch (IOException e) {
            throw gone(name, pid, e);
        }
    }

    /** Megabytes of the processes that it started: of each the part that is its own. */
    private static double started(long pid) {
        double megabytes = 0;
        for (Path child : children(pid)) {
            try {
                megabytes += number(child, "smaps_rollup", "Pss:") / 1024.0;
            } catch (IOException e) {
                // It ended.
                continue;
            }
        }
        return megabytes;
    }

    private static List<Path> children(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(child -> PROC.resolve(Long.toString(child.pid())))
                .toList();
    }

    private static LoadException gone(String name, long pid, IOException cause) {
        return new LoadException("could not read what the process " + name + " (" + pid + ") uses", cause);
    }

    private static double resident(Path folder) throws IOException {
        return number(folder, "status", "VmRSS:") / 1024.0;
    }

    /** @param withEnded also of the children that have ended */
    private static double cpu(Path folder, boolean withEnded) throws IOException {
        String stat = Files.readString(folder.resolve("stat"));
        // The second field is the program's name in brackets, and may hold anything.
        String[] field = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(field[11]) + Long.parseLong(field[12]);
        long ended = Long.parseLong(field[13]) + Long.parseLong(field[14]);
        return (ticks + (withEnded ? ended : 0)) / TICKS_PER_SECOND;
    }

    private static Map<String, Double> threads(Path folder) throws IOException {
        List<Path> tasks;
        try (Stream<Path> all = Files.list(folder.resolve("task"))) {
            tasks = all.toList();
        }
        var threads = new TreeMap<String, Double>();
        for (Path task : tasks) {
            try {
                String name = Files.readString(task.resolve("comm")).strip().replaceAll("[-# ]\\d+", "");
                threads.merge(name, cpu(task, false), Double::sum);
            } catch (IOException e) {
                // It ended.
                continue;
            }
        }
        return threads;
    }

    private static long number(Path folder, String file, String key) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (UncheckedIOException e) {
            throw new IOException("a process ended while it was read", e);
        }
    }
}
