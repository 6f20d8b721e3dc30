package org.fieldward.installer.part;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One started process: its output goes to a file, can be waited for, and its end is certain. Thread-safe. */
public final class RunningPart implements AutoCloseable {

    private static final int REMEMBERED_LINES = 400;

    /** Of what runs to its end and is asked for all that it printed. */
    private static final int ALL_LINES = 200_000;

    private record Waiter(Pattern pattern, CompletableFuture<Matcher> found) {}

    private final String name;
    private final Process process;
    private final Thread pump;
    private final int remembered;
    private final Deque<String> recent = new ArrayDeque<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private volatile boolean ending;

    private RunningPart(String name, Process process, Path log, int remembered) {
        this.name = name;
        this.process = process;
        this.remembered = remembered;
        this.pump = Thread.ofPlatform().daemon().name(name + "-output").start(() -> pump(log));
    }

    /** Starts it with its output (both streams) appended to {@code log}. */
    public static RunningPart start(String name, List<String> command, Path log) {
        return start(name, command, log, REMEMBERED_LINES);
    }

    private static RunningPart start(String name, List<String> command, Path log, int remembered) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new RunningPart(name, process, log, remembered);
        } catch (IOException e) {
            throw new PartException(name + " could not be started: " + command.getFirst(), e);
        }
    }

    /** Runs it to its end and returns what it printed; a code other than 0 is an error that quotes it. */
    public static String run(String name, List<String> command, Path log, Duration limit) {
        try (RunningPart part = start(name, command, log, ALL_LINES)) {
            int code = part.awaitEnd(limit);
            if (code != 0) {
                throw new PartException(name + " ended with code " + code + ":\n" + part.lastLines(30));
            }
            return part.lastLines(ALL_LINES);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the line that says it is ready; a part that never says so is killed, not left behind. */
    public RunningPart whenItPrints(String pattern, Duration limit) {
        try {
            awaitLine(pattern, limit);
            return this;
        } catch (PartException e) {
            kill();
            throw e;
        }
    }

    /** The first line, printed before or after this call, in which the pattern is found. */
    public Matcher awaitLine(String pattern, Duration limit) {
        Pattern compiled = Pattern.compile(pattern);
        CompletableFuture<Matcher> found = new CompletableFuture<>();
        synchronized (recent) {
            for (String line : recent) {
                Matcher matcher = compiled.matcher(line);
                if (matcher.find()) {
                    return matcher;
                }
            }
            waiters.add(new Waiter(compiled, found));
        }
        CompletableFuture<Process> ended = process.onExit();
        try {
            CompletableFuture.anyOf(found, ended.thenCompose(over -> pumped()))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (found.isDone()) {
                return found.get();
            }
            throw new PartException(name + " ended with code " + process.exitValue() + " before it printed '" + pattern
                    + "':\n" + lastLines(30));
        } catch (TimeoutException e) {
            throw new PartException(
                    name + " did not print '" + pattern + "' within " + limit + ":\n" + lastLines(30), e);
        } catch (ExecutionException e) {
            throw new PartException(name + ": waiting for its output failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("interrupted while waiting for " + name, e);
        }
    }

    /** Its exit code; an error if it runs longer. */
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PartException(name + " still runs after " + limit + ":\n" + lastLines(30));
            }
            pump.join(TimeUnit.SECONDS.toMillis(10));
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("interrupted while waiting for " + name, e);
        }
    }

    /** SIGKILL, to it and to what it started, and waits until it is gone. */
    public void kill() {
        ending = true;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(20));
    }

    /** SIGTERM; SIGKILL if it does not end in time. */
    public void stop(Duration grace) {
        ending = true;
        List<ProcessHandle> children = process.descendants().toList();
        // Not Process.destroy: it closes the pipe at once, and the last words would be lost.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        stop(Duration.ofSeconds(15));
    }

    public String lastLines(int most) {
        synchronized (recent) {
            var lines = new ArrayList<String>();
            Iterator<String> newestFirst = recent.descendingIterator();
            while (newestFirst.hasNext() && lines.size() < most) {
                lines.addFirst(newestFirst.next());
            }
            return String.join("\n", lines);
        }
    }

    private CompletableFuture<Void> pumped() {
        return CompletableFuture.runAsync(() -> {
            try {
                pump.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void pump(Path log) {
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter file = new PrintWriter(
                        Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND), true)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                file.println(line);
                remember(line);
            }
        } catch (IOException e) {
            // The pipe breaks when the process is ended; anything else is news.
            if (!ending && process.isAlive()) {
                throw new UncheckedIOException("output of " + name + " cannot be read", e);
            }
        }
    }

    private void remember(String line) {
        synchronized (recent) {
            recent.addLast(line);
            if (recent.size() > remembered) {
                recent.removeFirst();
            }
            waiters.removeIf(waiter -> {
                Matcher matcher = waiter.pattern().matcher(line);
                return matcher.find() && waiter.found().complete(matcher);
            });
        }
    }
}
