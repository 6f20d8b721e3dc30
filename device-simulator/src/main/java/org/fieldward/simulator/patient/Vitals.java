package org.fieldward.simulator.patient;

/**
 * The state of a body, or where it is drawn to.
 *
 * @param heartRate beats per minute
 * @param respiratoryRate breaths per minute
 * @param saturation per cent
 * @param systolic mm[Hg]
 * @param diastolic mm[Hg]
 * @param temperature degrees Celsius
 */
record Vitals(
        double heartRate,
        double respiratoryRate,
        double saturation,
        double systolic,
        double diastolic,
        double temperature) {

    /** Each sign moves the given part of its way to {@code target}. */
    Vitals towards(Vitals target, double part) {
        return new Vitals(
                between(heartRate, target.heartRate, part),
                between(respiratoryRate, target.respiratoryRate, part),
                between(saturation, target.saturation, part),
                between(systolic, target.systolic, part),
                between(diastolic, target.diastolic, part),
                between(temperature, target.temperature, part));
    }

    private static double between(double from, double to, double part) {
        return from + (to - from) * part;
    }
}
