package org.fieldward.core.distribution.rest.export;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;

/**
 * One export.
 *
 * @param home names the data folder that holds its files
 * @param subject who asked for it, and alone may fetch it
 * @param group whose members; empty for other kinds
 * @param types in the order in which their files are made
 * @param since only what changed since then
 * @param url that was asked
 */
public record Job(
        String id,
        String home,
        String subject,
        Sight sight,
        Kind kind,
        String group,
        List<String> types,
        Optional<Instant> since,
        String url,
        Instant startedAt,
        State state,
        Optional<Instant> finishedAt) {

    public enum Kind {
        SYSTEM,
        PATIENT,
        GROUP
    }

    public enum State {
        RUNNING,
        DONE,
        FAILED
    }

    /** @param resources in it */
    public record File(String type, long resources) {}

    public Job {
        types = List.copyOf(types);
    }
}
