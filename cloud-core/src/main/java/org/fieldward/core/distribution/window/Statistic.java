package org.fieldward.core.distribution.window;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of many numbers (https://hl7.org/fhir/R4/codesystem-observation-statistics.html). */
public enum Statistic {
    AVERAGE("Average"),
    MAXIMUM("Maximum"),
    MINIMUM("Minimum"),
    COUNT("Count"),
    TOTAL_COUNT("Total Count"),
    MEDIAN("Median"),
    STD_DEV("Standard Deviation"),
    SUM("Sum"),
    VARIANCE("Variance"),
    PERCENT_20("20th Percentile"),
    PERCENT_80("80th Percentile"),
    LOWER_4("Lower Quartile"),
    UPPER_4("Upper Quartile"),
    DEV_4("Quartile Deviation"),
    QUINTILE_1("1st Quintile"),
    QUINTILE_2("2nd Quintile"),
    QUINTILE_3("3rd Quintile"),
    QUINTILE_4("4th Quintile"),
    SKEW("Skew"),
    KURTOSIS("Kurtosis");

    public static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-statistics";

    private final String display;

    Statistic(String display) {
        this.display = display;
    }

    public String display() {
        return display;
    }

    public String code() {
        return switch (this) {
            case PERCENT_20 -> "20-percent";
            case PERCENT_80 -> "80-percent";
            case LOWER_4 -> "4-lower";
            case UPPER_4 -> "4-upper";
            case DEV_4 -> "4-dev";
            case QUINTILE_1 -> "5-1";
            case QUINTILE_2 -> "5-2";
            case QUINTILE_3 -> "5-3";
            case QUINTILE_4 -> "5-4";
            case TOTAL_COUNT -> "total-count";
            default -> name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    /** @param code with the system before it or without */
    public static Optional<Statistic> of(String code) {
        String bare = code.startsWith(SYSTEM + "|") ? code.substring(SYSTEM.length() + 1) : code;
        for (Statistic statistic : values()) {
            if (statistic.code().equals(bare)) {
                return Optional.of(statistic);
            }
        }
        return Optional.empty();
    }

    /** Whether it is a number of measurements, which has no unit. */
    boolean isCount() {
        return this == COUNT || this == TOTAL_COUNT;
    }

    /** Skew and kurtosis are ratios. */
    public boolean hasUnit() {
        return !isCount() && this != SKEW && this != KURTOSIS && this != VARIANCE;
    }

    /**
     * Empty where so few, or so equal, numbers do not have it.
     *
     * @param absent how many were reported without a number
     */
    public Optional<BigDecimal> of(Spread spread, long absent) {
        if (this == COUNT) {
            return Optional.of(BigDecimal.valueOf(spread.count()));
        }
        if (this == TOTAL_COUNT) {
            return Optional.of(BigDecimal.valueOf(spread.count() + absent));
        }
        if (spread.count() == 0) {
            return Optional.empty();
        }
        return switch (this) {
            case AVERAGE -> Optional.of(spread.average());
            case MAXIMUM -> Optional.of(spread.maximum());
            case MINIMUM -> Optional.of(spread.minimum());
            case MEDIAN -> Optional.of(spread.median());
            case SUM -> Optional.of(spread.sum());
            case STD_DEV -> spread.count() < 2 ? Optional.empty() : Optional.of(spread.deviation());
            case VARIANCE -> spread.count() < 2 ? Optional.empty() : Optional.of(spread.variance());
            case PERCENT_20, QUINTILE_1 -> Optional.of(spread.percentile(20));
            case QUINTILE_2 -> Optional.of(spread.percentile(40));
            case QUINTILE_3 -> Optional.of(spread.percentile(60));
            case PERCENT_80, QUINTILE_4 -> Optional.of(spread.percentile(80));
            case LOWER_4 -> Optional.of(spread.percentile(25));
            case UPPER_4 -> Optional.of(spread.percentile(75));
            case DEV_4 -> Optional.of(spread.quartileDeviation());
            case SKEW -> spread.isSpread() ? Optional.of(spread.skew()) : Optional.empty();
            case KURTOSIS -> spread.isSpread() ? Optional.of(spread.kurtosis()) : Optional.empty();
            case COUNT, TOTAL_COUNT -> Optional.empty();
        };
    }
}
