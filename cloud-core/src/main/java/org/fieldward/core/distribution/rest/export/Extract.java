package org.fieldward.core.distribution.rest.export;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.export.ExportFiles.Sink;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.rest.store.References;
import org.fieldward.core.distribution.series.Measured;

/** Finds what belongs into an export, with the sight of whoever asked for it. */
final class Extract {

    private static final String PAGE = "500";
    private static final int AT_ONCE = 5_000;

    private final Chart chart;
    private final Bodies bodies;
    private final Measured measured;

    Extract(Chart chart, Bodies bodies, Measured measured) {
        this.chart = chart;
        this.bodies = bodies;
        this.measured = measured;
    }

    /** @param stopped ends it before it is whole */
    void of(Job job, String type, Sink sink, BooleanSupplier stopped) throws IOException {
        stored(job, type, sink, stopped);
        for (Measured.Kind kind : Measured.Kind.values()) {
            if (kind.type().equals(type)) {
                made(job, kind, sink, stopped);
            }
        }
    }

    /** All that is made of readings is somebody's, so that it belongs into each kind of export. */
    private void made(Job job, Measured.Kind kind, Sink sink, BooleanSupplier stopped) throws IOException {
        switch (job.kind()) {
            case SYSTEM, PATIENT -> made(job, kind, job.sight(), sink, stopped);
            case GROUP -> {
                for (Key member : visible(job)) {
                    made(job, kind, Sight.ofPatient(member.id()), sink, stopped);
                }
            }
        }
    }

    private void made(Job job, Measured.Kind kind, Sight sight, Sink sink, BooleanSupplier stopped) throws IOException {
        int[] count = {0};
        measured.each(kind, job.since(), sight, resource -> {
            sink.line(bodies.write(resource));
            // Asking costs a look at the database.
            return ++count[0] % AT_ONCE != 0 || !stopped.getAsBoolean();
        });
    }

    private void stored(Job job, String type, Sink sink, BooleanSupplier stopped) throws IOException {
        switch (job.kind()) {
            case SYSTEM -> pages(job, type, job.sight(), version -> true, sink, stopped);
            case PATIENT ->
                pages(job, type, job.sight(), version -> !version.patients().isEmpty(), sink, stopped);
            case GROUP -> {
                // Who is in it may be in several compartments, a resource is once in a file.
                Set<Key> seen = new HashSet<>();
                for (Key member : visible(job)) {
                    pages(job, type, Sight.ofPatient(member.id()), version -> seen.add(version.key()), sink, stopped);
                }
            }
        }
    }

    private interface Choice {
        boolean takes(Version version);
    }

    private void pages(Job job, String type, Sight sight, Choice choice, Sink sink, BooleanSupplier stopped)
            throws IOException {
        var parameters = new TreeMap<String, List<String>>();
        parameters.put("_count", List.of(PAGE));
        job.since().ifPresent(since -> parameters.put("_lastUpdated", List.of("ge" + since)));
        Optional<String> place = Optional.empty();
        do {
            if (stopped.getAsBoolean()) {
                return;
            }
            Found found = chart.search(type, parameters, place, sight);
            for (Version version : found.matches()) {
                if (choice.takes(version)) {
                    sink.line(version.json());
                }
            }
            place = found.next();
        } while (place.isPresent());
    }

    private List<Key> visible(Job job) {
        return members(job).stream()
                .distinct()
                .filter(member -> chart.read(member, job.sight())
                        .filter(version -> !version.isDeleted())
                        .isPresent())
                .toList();
    }

    private List<Key> members(Job job) {
        return chart.read(new Key("Group", job.group()), job.sight())
                .filter(version -> !version.isDeleted())
                .map(version -> References.local(bodies.of(version), "").stream()
                        .filter(key -> key.type().equals("Patient"))
                        .toList())
                .orElse(List.of());
    }
}
