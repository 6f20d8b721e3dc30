package org.fieldward.edge.ingest;

import java.math.BigDecimal;
import java.util.List;
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

    public long bytes(Map<String, String> settings, long max) {
        String given = text(settings);
        try {
            long bytes = Long.parseLong(given);
            if (bytes >= 0 && bytes <= max) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(rule("a number of bytes", given), e);
        }
        throw new IllegalArgumentException(rule("a number of bytes up to " + max, given));
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

    /** The key whose name takes the fewest edits to become this one (Levenshtein). */
    public static String nearest(String name, List<String> known) {
        return known.stream()
                .min((a, b) -> Integer.compare(distance(name, a), distance(name, b)))
                .orElseThrow();
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                corner = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
