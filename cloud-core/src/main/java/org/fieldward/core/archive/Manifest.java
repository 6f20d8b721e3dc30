package org.fieldward.core.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an archive's folder holds, as {@code manifest.json} in it says. Immutable.
 *
 * @param days by day, in UTC
 */
record Manifest(SortedMap<LocalDate, Part> days) {

    static final String NAME = "manifest.json";

    private static final String FORMAT = "fieldward-archive/1";
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One day's file.
     *
     * @param readings that the store had of the day
     * @param rows values in the file
     * @param sha256 of the file, in hexadecimal
     * @param firstBatch the commitments to the day's readings are in this batch of the log or behind it
     * @param lastBatch and in this one or before it
     */
    record Part(
            LocalDate day,
            String file,
            long readings,
            long rows,
            long bytes,
            String sha256,
            long firstBatch,
            long lastBatch) {}

    Manifest {
        days = Collections.unmodifiableSortedMap(new TreeMap<>(days));
    }

    static Manifest empty() {
        return new Manifest(new TreeMap<>());
    }

    Optional<Part> of(LocalDate day) {
        return Optional.ofNullable(days.get(day));
    }

    Manifest with(Part part) {
        var more = new TreeMap<>(days);
        more.put(part.day(), part);
        return new Manifest(more);
    }

    /** @return empty where the folder has none */
    static Optional<Manifest> read(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode root = JSON.readTree(file.toFile());
            if (!root.path("format").asText().equals(FORMAT)) {
                throw new ArchiveException(file + ": format must be " + FORMAT);
            }
            var days = new TreeMap<LocalDate, Part>();
            for (JsonNode day : root.path("days")) {
                Part part = part(file, day);
                days.put(part.day(), part);
            }
            return Optional.of(new Manifest(days));
        } catch (IOException | RuntimeException e) {
            throw e instanceof ArchiveException known
                    ? known
                    : new ArchiveException(file + " cannot be read as a manifest", e);
        }
    }

    private static Part part(Path file, JsonNode day) {
        var part = new Part(
                LocalDate.parse(day.path("day").asText()),
                day.path("file").asText(),
                day.path("readings").asLong(-1),
                day.path("rows").asLong(-1),
                day.path("bytes").asLong(-1),
                day.path("sha256").asText(),
                day.path("firstBatch").asLong(-1),
                day.path("lastBatch").asLong(-1));
        // A name with a path in it would have us read elsewhere.
        if (!FILE.matcher(part.file()).matches()
                || !DIGEST.matcher(part.sha256()).matches()
                || part.rows() < 0) {
            throw new ArchiveException(file + ": the entry of " + part.day() + " is not one of ours");
        }
        return part;
    }

    String json() {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        var list = root.putArray("days");
        for (Part part : new ArrayList<>(days.values())) {
            list.addObject()
                    .put("day", part.day().toString())
                    .put("file", part.file())
                    .put("readings", part.readings())
                    .put("rows", part.rows())
                    .put("bytes", part.bytes())
                    .put("sha256", part.sha256())
                    .put("firstBatch", part.firstBatch())
                    .put("lastBatch", part.lastBatch());
        }
        return root.toPrettyString() + "\n";
    }
}
