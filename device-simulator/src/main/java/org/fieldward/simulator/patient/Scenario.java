package org.fieldward.simulator.patient;

import java.util.Locale;

/** What befalls a patient, or the device at the bed. */
public enum Scenario {
    STABLE,
    /** Slowly towards septic shock: heart rate, breathing and temperature up, pressure and saturation down. */
    DETERIORATING,
    /** Every episode the saturation falls below 85 % for a while and recovers. */
    HYPOXIC_EPISODE,
    /** The finger clip slips off: saturation and pulse rate are sent as zero for a part of every episode. */
    SENSOR_OFF,
    /** The device says nothing for a part of every episode. */
    SILENT_DEVICE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
