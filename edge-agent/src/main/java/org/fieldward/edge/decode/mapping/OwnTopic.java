package org.fieldward.edge.decode.mapping;

import java.util.List;
import java.util.Set;
import org.fieldward.proto.reading.DeviceId;

/**
 * A topic on which each device publishes under its own name: {@code vitals/{device}/obs}. Levels are compared whole, so
 * that a name can never be a pattern.
 */
public record OwnTopic(List<String> levels) {

    /** Where devices of an IoT Hub publish; the last level holds properties of the message, or nothing. */
    private static final String HUB = "devices/{device}/messages/events/#";

    private static final String DEVICE = "{device}";
    private static final int MAX_LEVELS = 16;

    /** First levels that have a meaning already. */
    private static final Set<String> TAKEN = Set.of("devices", "commands", "alarms", "spBv1.0");

    /** @throws IllegalArgumentException that says the rule and what was found */
    public OwnTopic {
        levels = List.copyOf(levels);
        if (!String.join("/", levels).equals(HUB)) {
            check(levels);
        }
    }

    private static void check(List<String> levels) {
        String text = String.join("/", levels);
        long names = levels.stream().filter(DEVICE::equals).count();
        boolean plain = levels.stream()
                .filter(level -> !level.equals(DEVICE))
                .allMatch(level -> !level.isEmpty() && level.chars().noneMatch(c -> "+#{}".indexOf(c) >= 0 || c < ' '));
        if (names != 1 || !plain || levels.size() > MAX_LEVELS) {
            throw new IllegalArgumentException(
                    "must be whole levels without wildcards, one of them {device}, was '" + text + "'");
        }
        if (TAKEN.contains(levels.getFirst()) || levels.getFirst().startsWith("$")) {
            throw new IllegalArgumentException(
                    "must not begin with devices, commands, alarms, spBv1.0 or $, was '" + text + "'");
        }
    }

    /** @throws IllegalArgumentException that says the rule and what was found */
    public static OwnTopic of(String text) {
        return new OwnTopic(List.of(text.split("/", -1)));
    }

    boolean isOf(DeviceId device, List<String> topic) {
        if (topic.size() != levels.size()) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String wanted = levels.get(i).equals(DEVICE) ? device.name() : levels.get(i);
            if (!wanted.equals(topic.get(i)) && !wanted.equals("#")) {
                return false;
            }
        }
        return true;
    }

    /** What the levels that it leaves open say; empty for nothing. */
    String properties(List<String> topic) {
        return levels.getLast().equals("#") ? topic.getLast() : "";
    }

    /** Whether some device's topic could be either. */
    boolean meets(OwnTopic other) {
        if (levels.size() != other.levels.size()) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String one = levels.get(i);
            String two = other.levels.get(i);
            if (!one.equals(two) && !one.equals(DEVICE) && !two.equals(DEVICE)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return String.join("/", levels);
    }
}
