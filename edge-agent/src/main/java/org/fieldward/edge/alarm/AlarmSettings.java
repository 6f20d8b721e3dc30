package org.fieldward.edge.alarm;

import java.time.Duration;
import java.util.List;

/**
 * What is an alarm.
 *
 * @param limits at most one per parameter
 * @param sensorOffAfter how long a sensor may be off
 * @param silentAfter how long a device that was sending may say nothing
 * @param lostAfter how long a device whose connection broke may stay away
 * @param linkDownAfter how long the core may confirm nothing while records wait
 * @param withdrawAfter how long a limit alarm stays when its device was switched off and no new value came
 * @param lateAfter a reading older than this at its arrival is history and raises nothing
 */
public record AlarmSettings(
        List<Limit> limits,
        Duration sensorOffAfter,
        Duration silentAfter,
        Duration lostAfter,
        Duration linkDownAfter,
        Duration withdrawAfter,
        Duration lateAfter) {

    public AlarmSettings {
        limits = List.copyOf(limits);
    }
}
