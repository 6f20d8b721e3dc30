package org.fieldward.edge.clinic;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Value;

/** Who needs somebody first, most urgent first: the patient before the machine. */
public enum Urgency {
    HIGH,
    MEDIUM,
    LOW,
    /** An alarm of the machine: sensor off, device silent. */
    TECHNICAL,
    /** No alarm, and yet a number is old, missing or switched off. */
    ATTENTION,
    FINE,
    /** Not in use. */
    AWAY;

    private static final long LOST_SHOWN_MILLIS = Duration.ofHours(24).toMillis();
    private static final long OTHERS_SHOWN_MILLIS = Duration.ofMinutes(15).toMillis();

    /** @param alarms active ones of this device */
    public static Urgency of(DeviceView device, Collection<AlarmChange> alarms) {
        Urgency most = AWAY;
        for (AlarmChange alarm : alarms) {
            Urgency one = of(alarm);
            most = one.compareTo(most) < 0 ? one : most;
        }
        if (most != AWAY) {
            return most;
        }
        return switch (device.state()) {
            case ONLINE -> device.values().stream().anyMatch(Urgency::isAmiss) ? ATTENTION : FINE;
            case LOST -> device.lastSeenMillis() < LOST_SHOWN_MILLIS ? ATTENTION : AWAY;
            case OFFLINE -> AWAY;
            case UNKNOWN -> ofUnknown(device);
        };
    }

    private static Urgency of(AlarmChange alarm) {
        if (isTechnical(alarm.kind())) {
            return TECHNICAL;
        }
        return switch (alarm.priority()) {
            case HIGH -> HIGH;
            case MEDIUM -> MEDIUM;
            case LOW -> LOW;
        };
    }

    /** One that comes by a broker never says goodbye. */
    private static Urgency ofUnknown(DeviceView device) {
        if (device.values().isEmpty() || device.lastSeenMillis() >= OTHERS_SHOWN_MILLIS) {
            return AWAY;
        }
        return device.values().stream().anyMatch(Urgency::isAmiss) ? ATTENTION : FINE;
    }

    private static boolean isAmiss(LastValue last) {
        boolean off = last.value() instanceof Value.Absent absent && absent.reason() == AbsentReason.NOT_PERFORMED;
        boolean old = !Freshness.isSpot(last.value().parameter())
                && Freshness.of(last.value().parameter(), last.ageMillis()) != Freshness.FRESH;
        return off || old;
    }

    /** About the machine, not the patient. */
    public static boolean isTechnical(AlarmChange.Kind kind) {
        return switch (kind) {
            case LIMIT_HIGH, LIMIT_LOW -> false;
            case SENSOR_OFF, DEVICE_SILENT, LINK_DOWN, DISK -> true;
        };
    }

    /** About the gateway itself, not one of its devices. */
    public static boolean isAboutGateway(AlarmChange.Kind kind) {
        return switch (kind) {
            case LIMIT_HIGH, LIMIT_LOW, SENSOR_OFF, DEVICE_SILENT -> false;
            case LINK_DOWN, DISK -> true;
        };
    }

    /** Whether a tile is shown: one that said goodbye stays for a while, so that its last values can be noted. */
    public static boolean hasTile(DeviceView device, Urgency urgency) {
        return urgency != AWAY
                || (device.state() == State.OFFLINE
                        && !device.values().isEmpty()
                        && device.lastSeenMillis() < OTHERS_SHOWN_MILLIS);
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
