package org.fieldward.core.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What gateways are to be set to, and what became of it there. Every version is kept. Thread-safe. */
public interface Configurations {

    /**
     * Settings of one gateway, all that the centre sets. Whether they hold there only the gateway can tell.
     *
     * @param version grows with each one that was set
     */
    record Configuration(String gateway, long version, Map<String, String> settings, Instant setAt) {
        public Configuration {
            settings = Map.copyOf(settings);
        }
    }

    /** What a gateway said of a configuration; {@code detail} is for a person. */
    record Settled(long version, boolean applied, String detail, Instant saidAt) {}

    Pattern KEY = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
    int MAX_SETTINGS = 500;
    int MAX_KEY = 100;
    int MAX_VALUE = 500;

    /** @throws IllegalArgumentException that names the key and the rule */
    static void check(Map<String, String> settings) {
        if (settings.size() > MAX_SETTINGS) {
            throw new IllegalArgumentException(
                    "settings must be at most " + MAX_SETTINGS + ", were " + settings.size());
        }
        settings.forEach((key, value) -> {
            if (key.length() > MAX_KEY || !KEY.matcher(key).matches()) {
                throw new IllegalArgumentException(
                        "a key must be words of a-z 0-9 with . or - between them, at most " + MAX_KEY + " characters");
            }
            if (value.length() > MAX_VALUE || value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        key + " must be text of at most " + MAX_VALUE + " characters without control characters");
            }
        });
    }

    /** Makes a new version, also of the same settings: a gateway tries each version once. Empty: no such gateway. */
    Optional<Configuration> set(String gateway, Map<String, String> settings);

    /** The newest; empty if nothing was ever set. */
    Optional<Configuration> present(String gateway);

    /** Newest first. */
    List<Configuration> history(String gateway);

    void settled(String gateway, Settled settled);

    /** The last word of each gateway that said one. */
    Map<String, Settled> settled();
}
