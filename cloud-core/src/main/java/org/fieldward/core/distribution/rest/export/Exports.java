package org.fieldward.core.distribution.rest.export;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes exports one after the other, beside everything else. A restart goes on with the types whose files were not whole.
 * What was finished is kept for a day. Thread-safe.
 */
public final class Exports implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Exports.class);
    static final Duration KEPT = Duration.ofDays(1);
    private static final int MAX_RUNNING = 3;

    private final Jobs jobs;
    private final ExportFiles files;
    private final Supplier<String> ids;
    private final InstantSource clock;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("export").factory());
    private volatile boolean closed;

    /**
     * @param folder for the files; made where it is not there
     * @param ids nobody can guess them
     */
    public Exports(Jobs jobs, Path folder, Supplier<String> ids, InstantSource clock) {
        this.jobs = jobs;
        this.files = new ExportFiles(folder, ids);
        this.ids = ids;
        this.clock = clock;
    }

    /** Goes on with what was not finished. */
    void resume(Extract extract) {
        jobs.running(files.home()).forEach(job -> worker.execute(() -> run(job, extract)));
    }

    /** What a new export is made of. */
    interface Draft {
        Job job(String id, String home);
    }

    /** Empty where this subject has too many under way. */
    Optional<Job> start(String subject, Draft draft, Extract extract) {
        sweep();
        if (jobs.running(files.home(), subject) >= MAX_RUNNING) {
            return Optional.empty();
        }
        Job job = draft.job(ids.get(), files.home());
        jobs.add(job);
        worker.execute(() -> run(job, extract));
        return Optional.of(job);
    }

    Optional<Job> find(String id) {
        return jobs.find(id);
    }

    List<Job.File> files(Job job) {
        return jobs.files(job.id());
    }

    /** The file, if it is here and whole. */
    Optional<Path> file(Job job, String type) {
        return jobs.files(job.id()).stream()
                .filter(file -> file.type().equals(type))
                .map(file -> files.file(job.id(), type))
                .filter(path -> path.toFile().isFile())
                .findFirst();
    }

    /** It ends where it is under way. */
    void remove(Job job) {
        jobs.remove(job.id());
        worker.execute(() -> files.remove(job.id()));
    }

    private void sweep() {
        jobs.finishedBefore(files.home(), clock.instant().minus(KEPT)).forEach(this::remove);
    }

    private void run(Job job, Extract extract) {
        try {
            Set<String> whole = new HashSet<>();
            jobs.files(job.id()).forEach(file -> whole.add(file.type()));
            for (String type : job.types()) {
                if (whole.contains(type)) {
                    continue;
                }
                if (isOver(job)) {
                    return;
                }
                long count = files.write(job.id(), type, sink -> extract.of(job, type, sink, () -> isOver(job)));
                if (isOver(job)) {
                    return;
                }
                jobs.wrote(job.id(), new Job.File(type, count));
            }
            jobs.finish(job.id(), Job.State.DONE, clock.instant());
        } catch (RuntimeException e) {
            if (closed) {
                return;
            }
            // The message may hold what was exported.
            LOG.error("an export failed: {}", e.getClass().getName());
            jobs.finish(job.id(), Job.State.FAILED, clock.instant());
        }
    }

    /** Stopped with the core, to go on later, or deleted. */
    private boolean isOver(Job job) {
        return closed || jobs.find(job.id()).isEmpty();
    }

    /** Waits for the page that is being written; the rest goes on after the next start. */
    @Override
    public void close() {
        closed = true;
        worker.shutdown();
        try {
            worker.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
