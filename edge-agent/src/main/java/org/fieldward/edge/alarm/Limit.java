package org.fieldward.edge.alarm;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Parameter;

/**
 * When a parameter is out of bounds. Values are in the parameter's own unit.
 *
 * @param low an alarm below it, where there is one
 * @param high an alarm above it, where there is one
 * @param delay how long the value must be out without a break
 * @param hysteresis how far inside the value must come back before the alarm clears
 */
public record Limit(
        Parameter parameter,
        Optional<BigDecimal> low,
        Optional<BigDecimal> high,
        Duration delay,
        BigDecimal hysteresis,
        Priority priority) {

    private static final Pattern FORM = Pattern.compile("(-?[0-9.]*)\\.\\.(-?[0-9.]*)"
            + " delay ([0-9]+)s hysteresis ([0-9]+(?:\\.[0-9]+)?) priority (high|medium|low)");

    /** The text form's rule, for messages and documents. */
    public static final String RULE = "'LOW..HIGH delay SECONDSs hysteresis NUMBER priority high|medium|low', where LOW"
            + " or HIGH may be left out";

    public Limit {
        if (low.isEmpty() && high.isEmpty()) {
            throw new IllegalArgumentException("a limit must have a low or a high end");
        }
        if (low.isPresent() && high.isPresent() && low.get().compareTo(high.get()) >= 0) {
            throw new IllegalArgumentException(
                    "a limit's low end must be below its high end, was " + low.get() + ".." + high.get());
        }
    }

    /**
     * @param text e.g. {@code 40..130 delay 10s hysteresis 3 priority high}
     * @throws IllegalArgumentException that names the rule and the text
     */
    public static Limit of(Parameter parameter, String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "alarm.limit." + parameter.key() + " must be " + RULE + ", was '" + text + "'");
        }
        try {
            return new Limit(
                    parameter,
                    number(form.group(1)),
                    number(form.group(2)),
                    Duration.ofSeconds(Long.parseLong(form.group(3))),
                    new BigDecimal(form.group(4)),
                    Priority.valueOf(form.group(5).toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "alarm.limit." + parameter.key() + " must be " + RULE + ", was '" + text + "': " + e.getMessage(),
                    e);
        }
    }

    private static Optional<BigDecimal> number(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(text));
    }
}
