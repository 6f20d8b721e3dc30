package org.fieldward.core.webhook.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources as their file says now: a change counts within a second, and one that is wrong does not count at all.
 * Thread-safe.
 */
public final class Sources {

    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Optional<Path> file;
    private final InstantSource clock;
    private final Map<String, Pace> paces = new HashMap<>();
    private Map<String, Source> known;
    private String state;
    private Instant looked;

    /**
     * @param file empty: there are none
     * @throws SourceException if it is wrong
     */
    public Sources(Optional<Path> file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        known = file.map(SourcesFile::read).orElse(Map.of());
        state = state();
        looked = clock.instant();
    }

    public synchronized Optional<Source> find(String name) {
        look();
        return Optional.ofNullable(known.get(name));
    }

    /** By MSH-3, or by MSH-3^MSH-4, which says more. */
    public synchronized Optional<Source> bySender(String application, String facility) {
        look();
        Optional<Source> exact = known.values().stream()
                .filter(source -> source.sender().equals(Optional.of(application + "^" + facility)))
                .findFirst();
        return exact.or(() -> known.values().stream()
                .filter(source -> source.sender().equals(Optional.of(application)))
                .findFirst());
    }

    /** Whether the source may send one more message now. */
    public synchronized boolean mayEnter(Source source) {
        Pace pace = paces.get(source.name());
        if (pace == null || pace.perMinute() != source.perMinute()) {
            pace = new Pace(source.perMinute(), clock.instant());
            paces.put(source.name(), pace);
        }
        return pace.take(clock.instant());
    }

    private void look() {
        Instant now = clock.instant();
        if (Duration.between(looked, now).compareTo(LOOK) < 0) {
            return;
        }
        looked = now;
        String fresh = state();
        if (!fresh.equals(state)) {
            state = fresh;
            try {
                known = file.map(SourcesFile::read).orElse(Map.of());
                LOG.info("{} sources may send", known.size());
            } catch (SourceException e) {
                LOG.error("the sources stay as they were: {}", e.getMessage());
            }
        }
    }

    private String state() {
        if (file.isEmpty()) {
            return "";
        }
        try {
            return Files.getLastModifiedTime(file.get()) + "/" + Files.size(file.get());
        } catch (IOException e) {
            return "gone";
        }
    }
}
