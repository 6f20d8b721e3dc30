package org.fieldward.core.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Configurations in lists, of the gateways that somebody else knows. */
public final class MemoryConfigurations implements Configurations {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final Supplier<List<String>> known;
    private final Map<String, List<Configuration>> all = new HashMap<>();
    private final Map<String, Settled> settled = new HashMap<>();

    public MemoryConfigurations(Supplier<List<String>> known) {
        this.known = known;
    }

    @Override
    public synchronized Optional<Configuration> set(String gateway, Map<String, String> settings) {
        Configurations.check(settings);
        if (!known.get().contains(gateway)) {
            return Optional.empty();
        }
        List<Configuration> before = all.computeIfAbsent(gateway, any -> new ArrayList<>());
        long version = before.size() + 1;
        before.addFirst(new Configuration(gateway, version, settings, START.plusSeconds(version)));
        return Optional.of(before.getFirst());
    }

    @Override
    public synchronized Optional<Configuration> present(String gateway) {
        return history(gateway).stream().findFirst();
    }

    @Override
    public synchronized List<Configuration> history(String gateway) {
        return List.copyOf(all.getOrDefault(gateway, List.of()));
    }

    @Override
    public synchronized void settled(String gateway, Settled said) {
        settled.put(gateway, said);
    }

    @Override
    public synchronized Map<String, Settled> settled() {
        return Map.copyOf(settled);
    }
}
