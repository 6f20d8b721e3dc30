package org.fieldward.simulator.load;

import java.io.PrintWriter;
import java.util.List;

/** Says what a load measured. */
public record LoadReport(PrintWriter out) {

    private static final double WORTH_A_LINE = 0.01;

    /** @param probed of each window, where there was a probe */
    public void print(LoadResult result, List<EndToEnd.Result> probed) {
        List<Long> sorted = result.ackedPerSecond().stream().sorted().toList();
        var latency = result.latency();
        out.printf(
                "%nacknowledged       %,d publishes in %.1f s%n",
                result.acked(), result.setting().seconds());
        out.printf(
                "per second         median %,d  min %,d  max %,d%n",
                result.medianPerSecond(), sorted.getFirst(), sorted.getLast());
        out.printf(
                "answered after     p50 %.3f  p90 %.3f  p99 %.3f  p99.9 %.3f  max %.3f ms%n",
                latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.max());
        out.printf(
                "connections lost   %,d, publishes left without an answer %,d%n",
                result.lostConnections(), result.unanswered());
        windows(result.windows(), probed);
        processes(result);
        out.flush();
    }

    /** Of the whole run. */
    public void print(EndToEnd.Result measured) {
        out.printf(
                "%ndevice to stream   p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms over %,d probes%n",
                measured.p50(), measured.p90(), measured.p99(), measured.p999(), measured.max(), measured.probes());
        out.flush();
    }

    private void windows(List<LoadResult.Window> windows, List<EndToEnd.Result> probed) {
        out.printf("%n%-12s %10s %9s %9s", "seconds", "acked/s", "p50 ms", "p99 ms");
        if (!probed.isEmpty()) {
            out.printf(" %12s %9s %19s", "stream p50", "p99 ms", "backlog least-most");
        }
        out.println();
        for (int i = 0; i < windows.size(); i++) {
            LoadResult.Window window = windows.get(i);
            out.printf(
                    "%-12s %,10d %9.2f %9.2f",
                    window.fromSecond() + "-" + window.toSecond(), window.ackedPerSecond(), window.p50(), window.p99());
            if (i < probed.size()) {
                EndToEnd.Result probe = probed.get(i);
                out.printf(
                        " %12.1f %9.1f %19s",
                        probe.p50(),
                        probe.p99(),
                        probe.backlog().isEmpty() ? "not told" : least(probe) + "-" + most(probe));
            }
            out.println();
        }
        if (windows.size() > 1 && probed.size() == windows.size()) {
            out.printf(
                    "backlog, median    %s in the first window, %s in the last%n",
                    middle(probed.getFirst()), middle(probed.getLast()));
        }
    }

    private static long least(EndToEnd.Result probe) {
        return probe.backlog().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    private static long most(EndToEnd.Result probe) {
        return probe.backlog().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static String middle(EndToEnd.Result probe) {
        List<Long> sorted = probe.backlog().stream().sorted().toList();
        return sorted.isEmpty() ? "not told" : String.format("%,d", sorted.get(sorted.size() / 2));
    }

    private void processes(LoadResult result) {
        out.printf(
                "%n%-24s %9s %14s %9s %9s %11s%n",
                "process", "CPU s", "µs a publish", "MB median", "MB most", "MB written");
        for (LoadResult.ProcessUsage process : result.processes()) {
            out.printf(
                    "%-24s %9.2f %14.2f %9.0f %9.0f %11.1f%n",
                    process.name(),
                    process.cpuSeconds(),
                    process.cpuSecondsPerMillion(),
                    process.residentMegabytes(),
                    process.mostMegabytes(),
                    process.writtenMegabytes());
            result.threads().stream()
                    .filter(thread -> thread.process().equals(process.name()))
                    .filter(thread -> thread.cpuSeconds() >= WORTH_A_LINE * process.cpuSeconds())
                    .filter(thread -> thread.cpuSeconds() < process.cpuSeconds() * (1 - WORTH_A_LINE))
                    .forEach(thread -> out.printf(
                            "  %-22s %9.2f %14.2f%n",
                            thread.thread(), thread.cpuSeconds(), thread.cpuSecondsPerMillion()));
        }
    }
}
