package org.fieldward.edge.centre;

import java.util.Map;

/**
 * Settings that the centre wants to hold here, all of them.
 *
 * @param version given by the centre; two different configurations never have the same
 */
public record Configuration(long version, Map<String, String> settings) {
    public Configuration {
        settings = Map.copyOf(settings);
    }
}
