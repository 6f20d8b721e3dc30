package org.fieldward.edge.decode.mapping;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.proto.reading.DeviceId;

/** All mappings of this gateway. Immutable. */
public final class Mappings {

    private static final String SUFFIX = ".json";
    private static final int MAX_FILES = 200;

    /** The levels before a mapping's name in {@code devices/{id}/mapped/{name}}. */
    private static final int NAME_LEVEL = 3;

    private final Map<String, Mapping> byName = new TreeMap<>();

    /** @throws MappingException if two have one name, or topics that could be the same */
    public Mappings(List<Mapping> mappings) {
        for (Mapping mapping : mappings) {
            for (Mapping other : byName.values()) {
                if (mapping.topic().isPresent()
                        && other.topic().isPresent()
                        && mapping.topic().get().meets(other.topic().get())) {
                    throw new MappingException("mapping " + mapping.name() + ": topic must be unlike that of "
                            + other.name() + ", was '" + mapping.topic().get() + "'");
                }
            }
            if (byName.put(mapping.name(), mapping) != null) {
                throw new MappingException("mapping " + mapping.name() + ": name must be given once, came twice");
            }
        }
    }

    /** These and one more. */
    public Mappings and(Mapping mapping) {
        var all = new ArrayList<>(byName.values());
        all.add(mapping);
        return new Mappings(all);
    }

    /** Reads every {@code NAME.json} of a folder. */
    public static Mappings load(Path directory, Normaliser normaliser) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
            if (found.size() > MAX_FILES) {
                throw new MappingException(
                        directory + " must hold at most " + MAX_FILES + " mappings, held " + found.size());
            }
            var mappings = new ArrayList<Mapping>();
            found.forEach(file -> mappings.add(read(file, normaliser)));
            return new Mappings(mappings);
        } catch (IOException e) {
            throw new MappingException("could not read the mappings in " + directory, e);
        }
    }

    /** Reads one file, which is called as the mapping is. */
    public static Mapping read(Path file, Normaliser normaliser) {
        String name = String.valueOf(file.getFileName());
        return new MappingFile(file, normaliser)
                .read(name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name);
    }

    /** The format of a topic that is this device's own, as whole levels; empty if it is no mapping's. */
    public Optional<Format> format(DeviceId device, List<String> levels) {
        if (levels.size() == NAME_LEVEL + 1 && levels.getFirst().equals("devices")) {
            return levels.get(1).equals(device.name()) && levels.get(2).equals("mapped")
                    ? Optional.ofNullable(byName.get(levels.get(NAME_LEVEL)))
                            .map(mapping -> new Format.Mapped(mapping.name()))
                    : Optional.empty();
        }
        return byName.values().stream()
                .filter(mapping -> mapping.topic()
                        .filter(topic -> topic.isOf(device, levels))
                        .isPresent())
                .findFirst()
                .map(mapping -> new Format.Mapped(
                        mapping.name(),
                        mapping.topic().map(topic -> topic.properties(levels)).orElse("")));
    }

    public Optional<Decoder.Parser> parser(Format.Mapped format) {
        return Optional.ofNullable(byName.get(format.mapping())).map(mapping -> mapping.parser(format.properties()));
    }
}
