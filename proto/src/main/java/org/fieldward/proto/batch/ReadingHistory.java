package org.fieldward.proto.batch;

import static org.fieldward.proto.batch.ReadingColumns.PARAMETERS;

import java.time.Duration;

/** What both sides of {@link ReadingColumns} remember while they go down the columns, to guess the next number. */
final class ReadingHistory {
    long received;
    long tickDistance;
    private long anyDeviceTime;
    private final long[] deviceTime;
    private final long[] deviceStep;
    private final boolean[] deviceSeen;
    private final long[] correction;
    private final long[] anyNumber = new long[PARAMETERS];
    private final long[] number;
    private final boolean[] numberSeen;

    ReadingHistory(int devices) {
        deviceTime = new long[devices];
        deviceStep = new long[devices];
        deviceSeen = new boolean[devices];
        correction = new long[devices];
        number = new long[devices * PARAMETERS];
        numberSeen = new boolean[devices * PARAMETERS];
    }

    /** A device goes on at the pace it had; a new one is near the last one seen. */
    long expectedDeviceTime(int device) {
        return deviceSeen[device] ? deviceTime[device] + deviceStep[device] : anyDeviceTime;
    }

    void deviceTime(int device, long time) {
        deviceStep[device] = deviceSeen[device] ? time - deviceTime[device] : 0;
        deviceSeen[device] = true;
        deviceTime[device] = time;
        anyDeviceTime = time;
    }

    /** How far the device's correction moved since its last reading; most often not at all. */
    long correctionStep(int device, long millis) {
        long step = millis - correction[device];
        correction[device] = millis;
        return step;
    }

    Duration correction(int device, long step) {
        correction[device] += step;
        return Duration.ofMillis(correction[device]);
    }

    /** A patient's value stays; a new one is near the last patient's. */
    long expectedNumber(int device, int parameter) {
        int slot = device * PARAMETERS + parameter;
        return numberSeen[slot] ? number[slot] : anyNumber[parameter];
    }

    void number(int device, int parameter, long value) {
        int slot = device * PARAMETERS + parameter;
        numberSeen[slot] = true;
        number[slot] = value;
        anyNumber[parameter] = value;
    }
}
