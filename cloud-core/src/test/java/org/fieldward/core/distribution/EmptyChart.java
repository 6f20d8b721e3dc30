package org.fieldward.core.distribution;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.Scratch;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.distribution.rest.export.Exports;
import org.fieldward.core.distribution.rest.export.MemoryJobs;
import org.fieldward.core.fhir.ProfileCheck;

/** A chart in which nothing is and nothing can be put. */
final class EmptyChart implements Chart {

    /** Nothing is exported of it, so one folder does for all. */
    private static final Path EXPORTS = Scratch.folder("exports");

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Scratch.delete(EXPORTS)));
    }

    static Stored stored() {
        return new Stored(
                new EmptyChart(),
                ProfileCheck.shared(),
                () -> "none",
                new Exports(new MemoryJobs(), EXPORTS, () -> "none", InstantSource.fixed(Instant.EPOCH)));
    }

    @Override
    public Optional<Version> read(Key key, Sight sight) {
        return Optional.empty();
    }

    @Override
    public Optional<Version> read(Key key, long version, Sight sight) {
        return Optional.empty();
    }

    @Override
    public Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
        return new Found(List.of(), List.of(), OptionalLong.empty(), Optional.empty());
    }

    @Override
    public List<Version> history(HistoryQuery query, Sight sight) {
        return List.of();
    }

    @Override
    public <T> T write(Author author, Work<T> work) {
        throw new UnsupportedOperationException("this chart is for reading");
    }

    @Override
    public List<Version> after(long number, int limit) {
        return List.of();
    }

    @Override
    public void onChange(Runnable listener) {
        // Nothing ever changes.
    }
}
