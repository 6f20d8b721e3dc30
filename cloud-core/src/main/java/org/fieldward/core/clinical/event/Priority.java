package org.fieldward.core.clinical.event;

import java.util.Locale;

/** How urgent an event is. What is high or critical is anchored without waiting for the interval. */
public enum Priority {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isUrgent() {
        return this == HIGH || this == CRITICAL;
    }
}
