package org.fieldward.edge.decode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.fieldward.proto.reading.Value;

/**
 * Numbers and times as devices write them. Numbers keep their precision; what BigDecimal would accept at a ruinous price
 * ({@code 1e999999999}) is refused.
 */
public final class Written {

    private static final int MAX_EXPONENT = 18;

    /** The last instant with a four-digit year, 9999-12-31T23:59:59Z. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /** 0001-01-01T00:00:00Z. */
    private static final long FIRST_SECOND = -62_135_596_800L;

    private Written() {}

    public static BigDecimal decimal(String field, String text) {
        return decimal(field, text.toCharArray(), 0, text.length());
    }

    /** {@code [+-]digits[.digits][e[+-]digits]}, at most 18 digits before and after all. */
    static BigDecimal decimal(String field, char[] text, int offset, int length) {
        int at = offset;
        int end = offset + length;
        boolean negative = at < end && text[at] == '-';
        if (at < end && (text[at] == '-' || text[at] == '+')) {
            at++;
        }
        long unscaled = 0;
        int scale = 0;
        int digits = 0;
        int significant = 0;
        boolean point = false;
        for (; at < end; at++) {
            char c = text[at];
            if (c >= '0' && c <= '9') {
                digits++;
                significant += significant > 0 || c != '0' ? 1 : 0;
                scale += point ? 1 : 0;
                if (significant > Value.MAX_DIGITS || scale > Value.MAX_DIGITS) {
                    throw Fault.invalid(field + " must have at most " + Value.MAX_DIGITS + " digits");
                }
                unscaled = unscaled * 10 + (c - '0');
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            throw notANumber(field, text, offset, length);
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            scale -= exponent(field, text, at + 1, end);
        } else if (at < end) {
            throw notANumber(field, text, offset, length);
        }
        return scaled(field, negative ? -unscaled : unscaled, scale);
    }

    /** {@code number} times ten to the {@code power}, exactly. */
    public static BigDecimal shift(String field, BigDecimal number, int power) {
        return scaled(field, number.unscaledValue().longValueExact(), number.scale() - power);
    }

    private static BigDecimal scaled(String field, long unscaled, int scale) {
        BigDecimal number = BigDecimal.valueOf(unscaled, scale);
        if (scale >= 0 && scale <= Value.MAX_DIGITS) {
            return number;
        }
        if (scale > Value.MAX_DIGITS || number.precision() - scale > Value.MAX_DIGITS) {
            throw Fault.invalid(field + " must have at most " + Value.MAX_DIGITS + " digits");
        }
        return number.setScale(0);
    }

    private static int exponent(String field, char[] text, int from, int end) {
        int at = from;
        boolean negative = at < end && text[at] == '-';
        if (at < end && (text[at] == '-' || text[at] == '+')) {
            at++;
        }
        if (at == end) {
            throw notANumber(field, text, at, 0);
        }
        int exponent = 0;
        for (; at < end; at++) {
            if (text[at] < '0' || text[at] > '9') {
                throw notANumber(field, text, from, end - from);
            }
            exponent = Math.min(1000, exponent * 10 + (text[at] - '0'));
        }
        if (exponent > MAX_EXPONENT) {
            throw Fault.invalid(field + " must have an exponent of at most " + MAX_EXPONENT);
        }
        return negative ? -exponent : exponent;
    }

    private static Fault notANumber(String field, char[] text, int offset, int length) {
        return Fault.invalid(field + " must be a decimal number, was " + Fault.echo(new String(text, offset, length)));
    }

    /** RFC 3339, section 5.6, by hand: java.time's own parser costs more than all the rest of a reading. */
    public static Instant rfc3339(String field, String text) {
        try {
            int length = text.length();
            if (length < 20
                    || text.charAt(4) != '-'
                    || text.charAt(7) != '-'
                    || (text.charAt(10) != 'T' && text.charAt(10) != 't')
                    || text.charAt(13) != ':'
                    || text.charAt(16) != ':') {
                throw bad(field, text);
            }
            LocalDate day = LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
            int hour = digits(text, 11, 13);
            int minute = digits(text, 14, 16);
            int second = digits(text, 17, 19);
            if (hour > 23 || minute > 59 || second > 60) {
                throw bad(field, text);
            }
            int at = 19;
            long nanos = 0;
            if (text.charAt(at) == '.') {
                int from = ++at;
                long unit = 100_000_000;
                for (; at < length && isDigit(text.charAt(at)); at++) {
                    nanos += unit * (text.charAt(at) - '0');
                    unit /= 10;
                }
                if (at == from) {
                    throw bad(field, text);
                }
            }
            long seconds = day.toEpochDay() * 86_400 + hour * 3600L + minute * 60L + second - offset(field, text, at);
            return within(field, seconds, nanos);
        } catch (DateTimeException e) {
            throw bad(field, text);
        }
    }

    /** Milliseconds since 1970, whole or not. */
    public static Instant epochMillis(String field, BigDecimal millis) {
        if (millis.scale() == 0 && millis.precision() <= Value.MAX_DIGITS - 3) {
            return epochMicros(field, millis.longValue() * 1000);
        }
        return micros(field, shift(field, millis, 3));
    }

    /** Seconds since 1970, whole or not. */
    public static Instant epochSeconds(String field, BigDecimal seconds) {
        return micros(field, shift(field, seconds, 6));
    }

    static Instant epochMicros(String field, long micros) {
        return within(field, Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }

    private static Instant micros(String field, BigDecimal micros) {
        return epochMicros(field, micros.setScale(0, RoundingMode.FLOOR).longValueExact());
    }

    private static Instant within(String field, long seconds, long nanos) {
        if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
            throw Fault.invalid(field + " must be in the years 1 to 9999, was " + seconds + " s since 1970");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private static long offset(String field, String text, int at) {
        int left = text.length() - at;
        char zone = left > 0 ? text.charAt(at) : ' ';
        if (left == 1 && (zone == 'Z' || zone == 'z')) {
            return 0;
        }
        if (left != 6 || (zone != '+' && zone != '-') || text.charAt(at + 3) != ':') {
            throw bad(field, text);
        }
        int hours = digits(text, at + 1, at + 3);
        int minutes = digits(text, at + 4, at + 6);
        if (hours > 23 || minutes > 59) {
            throw bad(field, text);
        }
        return (zone == '-' ? -1L : 1L) * (hours * 3600L + minutes * 60L);
    }

    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                throw new DateTimeException("not a digit");
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static Fault bad(String field, String text) {
        return Fault.invalid(
                field + " must be an RFC 3339 time such as 2026-03-01T08:15:30.5Z, was " + Fault.echo(text));
    }
}
