package org.fieldward.core.distribution.rest.export;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Remembers exports over a restart. Thread-safe. */
public interface Jobs {

    void add(Job job);

    Optional<Job> find(String id);

    /** Those of this home that are not finished. */
    List<Job> running(String home);

    /** How many of this subject's are not finished. */
    int running(String home, String subject);

    /** Those of this home that were finished before. */
    List<Job> finishedBefore(String home, Instant time);

    /** The file is whole. */
    void wrote(String job, Job.File file);

    /** Files that are whole, by type. */
    List<Job.File> files(String job);

    void finish(String job, Job.State state, Instant time);

    void remove(String job);
}
