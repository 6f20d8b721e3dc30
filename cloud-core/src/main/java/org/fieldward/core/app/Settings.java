package org.fieldward.core.app;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.fieldward.core.intake.IntakeSettings;

/** What an operator chose, checked as a whole before anything starts. Immutable; prints no secret. */
public final class Settings {

    private final Map<Key, String> values;

    private Settings(Map<Key, String> values) {
        this.values = new EnumMap<>(values);
        intake();
        databasePool();
        maxWaitingBytes();
        httpAddress();
    }

    public static Settings defaults() {
        return new Settings(new EnumMap<>(Key.class));
    }

    public static Settings read(Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new AppException("settings file " + file + " could not be read: " + e.getMessage(), e);
        }
        Map<Key, String> values = new EnumMap<>(Key.class);
        for (String name : properties.stringPropertyNames()) {
            Key key = Key.of(name)
                    .orElseThrow(() -> new AppException("unknown setting '" + name + "' in " + file + ", did you mean '"
                            + Key.nearest(name).key() + "'?"));
            values.put(key, properties.getProperty(name).strip());
        }
        return new Settings(values);
    }

    public Settings with(Key key, String value) {
        Map<Key, String> changed = new EnumMap<>(Key.class);
        changed.putAll(values);
        changed.put(key, value);
        return new Settings(changed);
    }

    public String text(Key key) {
        return values.getOrDefault(key, key.fallback());
    }

    public long number(Key key, long min, long max) {
        String text = text(key);
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The error below says all there is to say.
        }
        throw new AppException(key.key() + " must be a number from " + min + " to " + max + ", was '" + text + "'");
    }

    public Path dataDir() {
        return Path.of(text(Key.DATA_DIR));
    }

    public Secret databasePassword() {
        return new Secret(text(Key.DATABASE_PASSWORD));
    }

    public int databasePool() {
        return (int) number(Key.DATABASE_POOL, 4, 100);
    }

    public long maxWaitingBytes() {
        return number(Key.INTAKE_MAX_WAITING_BYTES, 1 << 20, 8L << 30);
    }

    public InetSocketAddress httpAddress() {
        return new InetSocketAddress(text(Key.HTTP_ADDRESS), (int) number(Key.HTTP_PORT, 0, 65_535));
    }

    public IntakeSettings intake() {
        List<String> names = Stream.of(text(Key.INTAKE_NAMES).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return new IntakeSettings(
                new InetSocketAddress(text(Key.INTAKE_ADDRESS), (int) number(Key.INTAKE_PORT, 0, 65_535)),
                names,
                (int) number(Key.INTAKE_WINDOW, 1, 1_000),
                (int) number(Key.INTAKE_MAX_BATCH_BYTES, 64 << 10, 32 << 20),
                Duration.ofSeconds(number(Key.INTAKE_HEARTBEAT_SECONDS, 1, 300)),
                Duration.ofDays(number(Key.INTAKE_CERTIFICATE_DAYS, 1, 3_650)));
    }
}
