package org.fieldward.proto.batch;

import java.util.Arrays;

/** What both sides of {@link ReadingColumns} remember while they go down the columns, to guess the next number. */
final class ReadingHistory {
    long received;
    long tickDistance;
    private int devices;
    private long anyDeviceTime;
    private long[] deviceTime = {};
    private long[] deviceStep = {};
    private boolean[] deviceSeen = {};
    private long[] correction = {};
    private long anyNumber;
    private long[] number = {};
    private boolean[] numberSeen = {};

    /** Forgets everything. */
    void begin(int count) {
        devices = count;
        received = 0;
        tickDistance = 0;
        anyDeviceTime = 0;
        if (deviceTime.length < count) {
            deviceTime = new long[count];
            deviceStep = new long[count];
            deviceSeen = new boolean[count];
            correction = new long[count];
            number = new long[count];
            numberSeen = new boolean[count];
        } else {
            Arrays.fill(deviceSeen, 0, count, false);
            Arrays.fill(correction, 0, count, 0);
        }
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

    /** Milliseconds. */
    long correction(int device, long step) {
        return correction[device] += step;
    }

    /** The column of another parameter begins. */
    void beginNumbers() {
        anyNumber = 0;
        Arrays.fill(numberSeen, 0, devices, false);
    }

    /** A patient's value stays; a new one is near the last patient's. */
    long expectedNumber(int device) {
        return numberSeen[device] ? number[device] : anyNumber;
    }

    void number(int device, long value) {
        numberSeen[device] = true;
        number[device] = value;
        anyNumber = value;
    }
}
