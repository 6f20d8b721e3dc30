package org.fieldward.core.clinical.enrichment;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What is usual for a test by sex and age, and from where on it is critical: {@code reference-ranges.csv}. Immutable. */
public final class ReferenceRanges {

    /** Either end of a pair may be open. */
    public record Range(
            String unit,
            Optional<BigDecimal> low,
            Optional<BigDecimal> high,
            Optional<BigDecimal> criticalLow,
            Optional<BigDecimal> criticalHigh) {}

    private record Row(String unit, String sex, int from, int until, Range range) {}

    private final Map<String, List<Row>> rows;

    private ReferenceRanges(Map<String, List<Row>> rows) {
        this.rows = rows;
    }

    public static ReferenceRanges standard() {
        return new ReferenceRanges(Table.rows("reference-ranges.csv").stream()
                .collect(Collectors.groupingBy(
                        row -> row.get(0), Collectors.mapping(ReferenceRanges::row, Collectors.toUnmodifiableList()))));
    }

    private static Row row(List<String> row) {
        return new Row(
                row.get(2),
                row.get(3),
                row.get(4).isEmpty() ? 0 : Integer.parseInt(row.get(4)),
                row.get(5).isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(row.get(5)),
                new Range(row.get(2), number(row.get(6)), number(row.get(7)), number(row.get(8)), number(row.get(9))));
    }

    private static Optional<BigDecimal> number(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(text));
    }

    /**
     * @param sex male, female or anything else
     * @param age in years; where it is not known, nothing is usual
     * @return empty where no row is sure to be about that patient and unit
     */
    public Optional<Range> find(String loinc, String unit, String sex, OptionalInt age) {
        if (age.isEmpty()) {
            return Optional.empty();
        }
        return rows.getOrDefault(loinc, List.of()).stream()
                .filter(row -> row.unit().equals(unit))
                .filter(row -> row.sex().equals("any") || row.sex().equals(sex))
                .filter(row -> age.getAsInt() >= row.from() && age.getAsInt() < row.until())
                .map(Row::range)
                .findFirst();
    }
}
