package org.fieldward.edge.clock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The corrections in force, over a restart: a line of device and milliseconds for each. Nothing depends on it, for what it
 * does not say is learnt again; so a line that cannot be read is passed over. For one thread.
 */
public final class ClockFile {

    private static final Logger LOG = LoggerFactory.getLogger(ClockFile.class);

    private final Path file;
    private Map<DeviceId, Long> written;

    public ClockFile(Path directory) {
        file = directory.resolve("clocks");
        written = read();
    }

    /** What stood there at the start, or was written since. */
    public Map<DeviceId, Long> known() {
        return Map.copyOf(written);
    }

    /** Writes them if they changed. */
    public void keep(Map<DeviceId, Long> corrections) throws IOException {
        if (corrections.equals(written)) {
            return;
        }
        var lines = new TreeMap<String, Long>();
        corrections.forEach((device, millis) -> lines.put(device.name(), millis));
        Path fresh = file.resolveSibling("clocks.new");
        Files.write(
                fresh,
                lines.entrySet().stream()
                        .map(line -> line.getKey() + " " + line.getValue())
                        .collect(Collectors.toList()));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written = Map.copyOf(corrections);
    }

    private Map<DeviceId, Long> read() {
        Map<DeviceId, Long> known = new HashMap<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    parse(line).ifPresent(one -> known.put(one.getKey(), one.getValue()));
                }
            }
        } catch (IOException e) {
            LOG.warn("what was known of devices' clocks cannot be read, it is learnt again: {}", e.toString());
        }
        return known;
    }

    private static Optional<Map.Entry<DeviceId, Long>> parse(String line) {
        String[] words = line.split(" ", -1);
        try {
            return words.length == 2 && DeviceId.isValid(words[0])
                    ? Optional.of(Map.entry(new DeviceId(words[0]), ClockDecider.checked(Long.parseLong(words[1]))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
