package org.fieldward.edge.decode;

import java.math.BigDecimal;
import org.fieldward.proto.reading.Value;

/**
 * Decimal numbers as text, with their precision. Refuses what BigDecimal would accept at a ruinous price
 * ({@code 1e999999999}).
 */
final class Decimal {

    private static final int MAX_EXPONENT = 18;

    private Decimal() {}

    static BigDecimal parse(String field, String text) {
        return parse(field, text.toCharArray(), 0, text.length());
    }

    /** {@code [+-]digits[.digits][e[+-]digits]}, at most 18 digits before and after all. */
    static BigDecimal parse(String field, char[] text, int offset, int length) {
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
    static BigDecimal shift(String field, BigDecimal number, int power) {
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
}
