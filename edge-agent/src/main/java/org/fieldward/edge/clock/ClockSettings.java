package org.fieldward.edge.clock;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fieldward.edge.ingest.SettingKey;

/**
 * When a device's clock is taken for wrong.
 *
 * @param correcting false: every device is believed
 * @param tolerance how far a clock may be off without being put right
 * @param likely how far a lag must be beyond what is known, so that its being constant makes it a wrong clock
 * @param steady how long it must be constant for that
 */
public record ClockSettings(boolean correcting, Duration tolerance, Duration likely, Duration steady) {

    private static final SettingKey CORRECTION = new SettingKey(
            "clock.correction", "true", "Whether the times of devices whose clock is known to be wrong are put right.");
    private static final SettingKey TOLERANCE = new SettingKey(
            "clock.tolerance-seconds", "120", "How far a device's clock may be off without being put right.");
    private static final SettingKey LIKELY = new SettingKey(
            "clock.likely-seconds",
            "900",
            "A lag of more than this that stays constant is taken for a wrong clock; a shorter one for the device's way.");
    private static final SettingKey STEADY = new SettingKey(
            "clock.steady-seconds", "180", "How long the lag must stay constant for that, at the pace of real time.");

    public static final List<SettingKey> KEYS = List.of(CORRECTION, TOLERANCE, LIKELY, STEADY);

    /** What holds where the file names nothing. */
    public static final ClockSettings DEFAULT = of(Map.of());

    /** @param settings may hold keys of others */
    public static ClockSettings of(Map<String, String> settings) {
        var given = new ClockSettings(
                CORRECTION.flag(settings),
                Duration.ofSeconds(TOLERANCE.number(settings, 10, 3_600)),
                Duration.ofSeconds(LIKELY.number(settings, 10, 86_400)),
                Duration.ofSeconds(STEADY.number(settings, 30, 86_400)));
        if (given.likely().compareTo(given.tolerance()) < 0) {
            throw new IllegalArgumentException(LIKELY.rule("at least " + TOLERANCE.name(), LIKELY.text(settings)));
        }
        return given;
    }
}
