package org.fieldward.core.distribution.rest.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers exports as long as it lives. */
public final class MemoryJobs implements Jobs {

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, List<Job.File>> files = new ConcurrentHashMap<>();

    @Override
    public void add(Job job) {
        jobs.put(job.id(), job);
    }

    @Override
    public Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    @Override
    public List<Job> running(String home) {
        return jobs.values().stream()
                .filter(job -> job.state() == Job.State.RUNNING)
                .toList();
    }

    @Override
    public int running(String home, String subject) {
        return running(home).size();
    }

    @Override
    public List<Job> finishedBefore(String home, Instant time) {
        return jobs.values().stream()
                .filter(job -> job.finishedAt().filter(time::isAfter).isPresent())
                .toList();
    }

    @Override
    public void wrote(String job, Job.File file) {
        files.computeIfAbsent(job, unseen -> new ArrayList<>()).add(file);
    }

    @Override
    public List<Job.File> files(String job) {
        return List.copyOf(files.getOrDefault(job, List.of()));
    }

    @Override
    public void finish(String job, Job.State state, Instant time) {
        jobs.computeIfPresent(
                job,
                (id, one) -> new Job(
                        id,
                        one.home(),
                        one.subject(),
                        one.sight(),
                        one.kind(),
                        one.group(),
                        one.types(),
                        one.since(),
                        one.url(),
                        one.startedAt(),
                        state,
                        Optional.of(time)));
    }

    @Override
    public void remove(String job) {
        jobs.remove(job);
        files.remove(job);
    }
}
