package org.fieldward.edge.ingest;

import java.math.BigDecimal;
import java.util.Map;

/**
 * One key of the settings file.
 *
 * @param fallback what holds where the file does not name it; empty for none
 * @param meaning one sentence for the operator
 */
public record SettingKey(String name, String fallback, String meaning) {

    public String text(Map<String, String> settings) {
        return settings.getOrDefault(name, fallback).strip();
    }

    public int number(Map<String, String> settings, int min, int max) {
        String given = text(settings);
        try {
            int number = new BigDecimal(given).intValueExact();
            if (number >= min && number <= max) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(rule("a whole number from " + min + " to " + max, given), e);
        }
        throw new IllegalArgumentException(rule("a whole number from " + min + " to " + max, given));
    }

    public boolean flag(Map<String, String> settings) {
        String given = text(settings);
        return switch (given) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(rule("true or false", given));
        };
    }

    public String rule(String rule, String given) {
        return name + " must be " + rule + ", was '" + given + "'";
    }
}
