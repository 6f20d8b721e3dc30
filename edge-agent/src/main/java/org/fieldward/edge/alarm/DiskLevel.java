package org.fieldward.edge.alarm;

import java.util.Optional;
import org.fieldward.proto.reading.AlarmChange.Priority;

/** How far the buffer's quota is used up, where somebody should know. */
enum DiskLevel {
    LOW(70, Priority.LOW),
    MEDIUM(85, Priority.MEDIUM),
    HIGH(95, Priority.HIGH);

    /** Points below its threshold at which a level is left, so that an alarm does not come and go with every batch. */
    private static final int HYSTERESIS = 5;

    private final int percent;
    private final Priority priority;

    DiskLevel(int percent, Priority priority) {
        this.percent = percent;
        this.priority = priority;
    }

    static DiskLevel of(Priority priority) {
        return switch (priority) {
            case LOW -> LOW;
            case MEDIUM -> MEDIUM;
            case HIGH -> HIGH;
        };
    }

    /** @param before the level until now */
    static Optional<DiskLevel> of(long percent, Optional<DiskLevel> before) {
        Optional<DiskLevel> found = Optional.empty();
        for (DiskLevel level : values()) {
            boolean held = before.isPresent() && level.compareTo(before.get()) <= 0;
            if (percent >= level.percent - (held ? HYSTERESIS : 0)) {
                found = Optional.of(level);
            }
        }
        return found;
    }

    Priority priority() {
        return priority;
    }

    String text() {
        return "the disk for readings is more than " + percent + " % full"
                + (this == HIGH ? ": soon devices are told to wait" : "");
    }
}
