package org.fieldward.edge.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.edge.ingest.SettingKey;

/**
 * What the centre may set, and what it costs to begin with it. Left out is whatever could cut the gateway off for good, let
 * in who must not come in, or belongs to this machine: addresses, ports, files, names, logins.
 */
enum Settable {
    /** Devices and link notice nothing. */
    AT_ONCE(Stream.concat(
                    Stream.of(
                                    "sensor-off-seconds",
                                    "silent-seconds",
                                    "lost-seconds",
                                    "link-down-seconds",
                                    "withdraw-seconds")
                            .map(name -> "alarm." + name),
                    Settings.keys().stream().map(SettingKey::name).filter(name -> name.startsWith("alarm.limit.")))
            .toList()),

    /** The session with the core ends and another begins; devices notice nothing. */
    BY_A_NEW_SESSION(List.of(
            "core.max-batch",
            "core.linger-millis",
            "core.live-seconds",
            "core.ack-timeout-seconds",
            "core.connect-timeout-seconds",
            "core.retry-min-millis",
            "core.retry-max-seconds",
            "core.stable-seconds",
            "core.backlog-order",
            "core.live-delay-millis",
            "core.max-bytes-per-second",
            "core.transfer-window",
            "core.transfer-minutes",
            "core.transfer-zone")),

    /** The agent ends in order and begins anew in the same process; devices reconnect. */
    BY_A_NEW_START(List.of(
            "alarm.late-seconds",
            "buffer.max-bytes",
            "buffer.waveform-percent",
            "buffer.reserve-bytes",
            "buffer.linger-millis",
            "buffer.max-group"));

    private final Set<String> keys;

    Settable(List<String> keys) {
        this.keys = Set.copyOf(keys);
    }

    Set<String> keys() {
        return keys;
    }

    /** Empty if the centre may not set it. */
    static Optional<Settable> of(String key) {
        return Stream.of(values()).filter(one -> one.keys.contains(key)).findFirst();
    }

    /** What it takes to go from one to the other; empty if they are the same to the centre. */
    static Optional<Settable> between(Map<String, String> present, Map<String, String> next) {
        var changed = new ArrayList<String>();
        Stream.concat(present.keySet().stream(), next.keySet().stream())
                .filter(key -> !Objects.equals(present.get(key), next.get(key)))
                .forEach(changed::add);
        return changed.stream().map(Settable::of).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** Names what must not come from the centre; its value may be a secret and is left out. */
    static Optional<String> refusal(Set<String> wanted) {
        Set<String> known = Settings.keys().stream().map(SettingKey::name).collect(Collectors.toSet());
        return wanted.stream()
                .sorted()
                .filter(key -> known.contains(key) && of(key).isEmpty())
                .findFirst()
                .map(key -> key + " must be set in the gateway's own file, not by the centre");
    }
}
