package org.fieldward.proto.reading;

import java.time.Instant;
import java.util.Optional;

/**
 * A step in the life of an alarm.
 *
 * @param alarm names the alarm from raised to cleared; unique per gateway
 * @param parameter what it is about, empty for an alarm about the device itself
 * @param detail for a person, in plain words, without patient data; at most 200 characters
 */
public record AlarmChange(
        DeviceId device,
        Stamp stamp,
        String alarm,
        Kind kind,
        Priority priority,
        Phase phase,
        Optional<Parameter> parameter,
        String detail)
        implements Entry {

    public enum Kind {
        /** Physiological: a value beyond its limit. */
        LIMIT_HIGH,
        LIMIT_LOW,
        /** Technical: the sensor is not on the patient. */
        SENSOR_OFF,
        /** Technical: nothing has come from the device for too long. */
        DEVICE_SILENT,
        /** Technical: the core has confirmed nothing for too long. */
        LINK_DOWN,
        /** Technical: the gateway's disk fills. A core of protocol 3 knows it. */
        DISK
    }

    /** As IEC 60601-1-8 ranks them. */
    public enum Priority {
        HIGH,
        MEDIUM,
        LOW
    }

    public enum Phase {
        RAISED,
        ACKNOWLEDGED,
        CLEARED
    }

    public AlarmChange {
        if (detail.length() > 200) {
            throw new IllegalArgumentException("detail must be at most 200 characters, was " + detail.length());
        }
    }

    /** The same with another time of arrival, where the gateway's clock was wrong. */
    public AlarmChange receivedAt(Instant arrival) {
        return arrival.equals(stamp.receivedAt())
                ? this
                : new AlarmChange(device, stamp.receivedAt(arrival), alarm, kind, priority, phase, parameter, detail);
    }

    @Override
    public Lane lane() {
        return Lane.ALARM;
    }
}
