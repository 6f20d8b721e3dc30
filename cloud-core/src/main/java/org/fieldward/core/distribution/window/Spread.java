package org.fieldward.core.distribution.window;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each number was measured, and what follows from it. Numbers stay the decimals that they were; what has to be
 * rounded has two places more than the most precise of them. Grows with the numbers that differ, not with all of them. Not
 * thread-safe.
 */
public final class Spread {

    private static final MathContext EXACT_ENOUGH = new MathContext(34, RoundingMode.HALF_EVEN);

    /** A sorted number and how many were not greater. */
    private record Step(BigDecimal number, long rank) {}

    private final Map<Integer, Map<Long, long[]>> counts = new HashMap<>();
    private int scale;
    private long count;
    private List<Step> steps = List.of();

    public void add(long unscaled, int ofScale) {
        add(unscaled, ofScale, 1);
    }

    /** @throws ArithmeticException if it has more digits than a reading could */
    public void add(BigDecimal number) {
        add(number.unscaledValue().longValueExact(), number.scale(), 1);
    }

    public void add(Spread other) {
        other.counts.forEach(
                (ofScale, numbers) -> numbers.forEach((unscaled, many) -> add(unscaled, ofScale, many[0])));
    }

    private void add(long unscaled, int ofScale, long many) {
        counts.computeIfAbsent(ofScale, unseen -> new HashMap<>())
                .computeIfAbsent(unscaled, unseen -> new long[1])[0] += many;
        scale = count == 0 ? ofScale : Math.max(scale, ofScale);
        count += many;
        steps = List.of();
    }

    long count() {
        return count;
    }

    /** How many numbers differ. */
    public int distinct() {
        return counts.values().stream().mapToInt(Map::size).sum();
    }

    BigDecimal minimum() {
        return steps().getFirst().number();
    }

    BigDecimal maximum() {
        return steps().getLast().number();
    }

    BigDecimal sum() {
        BigDecimal sum = BigDecimal.ZERO;
        for (var numbers : counts.entrySet()) {
            BigInteger unscaled = BigInteger.ZERO;
            for (var number : numbers.getValue().entrySet()) {
                unscaled = unscaled.add(
                        BigInteger.valueOf(number.getKey()).multiply(BigInteger.valueOf(number.getValue()[0])));
            }
            sum = sum.add(new BigDecimal(unscaled, numbers.getKey()));
        }
        return sum;
    }

    BigDecimal average() {
        return rounded(mean());
    }

    /** Of an even count the middle between the two in the middle, exactly. */
    BigDecimal median() {
        BigDecimal lower = at((count + 1) / 2);
        BigDecimal upper = at(count / 2 + 1);
        return lower.compareTo(upper) == 0 ? lower : lower.add(upper).divide(BigDecimal.TWO);
    }

    /** The smallest number that is not less than so many of a hundred. */
    BigDecimal percentile(int percent) {
        return at(Math.max(1, Math.ceilDiv(count * percent, 100)));
    }

    /** Of a sample: what the squares sum up to is divided by one less than the count, which must be two at least. */
    BigDecimal variance() {
        return rounded(moment(2).divide(BigDecimal.valueOf(count - 1), EXACT_ENOUGH));
    }

    BigDecimal deviation() {
        return rounded(
                moment(2).divide(BigDecimal.valueOf(count - 1), EXACT_ENOUGH).sqrt(EXACT_ENOUGH));
    }

    /** Half of what lies between the quartiles. */
    BigDecimal quartileDeviation() {
        return percentile(75).subtract(percentile(25)).divide(BigDecimal.TWO);
    }

    /** Whether numbers differ, without which there is neither skew nor kurtosis. */
    boolean isSpread() {
        return count > 0 && minimum().compareTo(maximum()) != 0;
    }

    /** Of all that was measured, not estimated for more. */
    BigDecimal skew() {
        BigDecimal variance = moment(2).divide(BigDecimal.valueOf(count), EXACT_ENOUGH);
        return rounded(moment(3)
                .divide(BigDecimal.valueOf(count), EXACT_ENOUGH)
                .divide(variance.multiply(variance.sqrt(EXACT_ENOUGH)), EXACT_ENOUGH));
    }

    /** Likewise; three for a normal distribution. */
    BigDecimal kurtosis() {
        BigDecimal variance = moment(2).divide(BigDecimal.valueOf(count), EXACT_ENOUGH);
        return rounded(moment(4)
                .divide(BigDecimal.valueOf(count), EXACT_ENOUGH)
                .divide(variance.multiply(variance), EXACT_ENOUGH));
    }

    private BigDecimal mean() {
        return sum().divide(BigDecimal.valueOf(count), EXACT_ENOUGH);
    }

    private BigDecimal moment(int power) {
        BigDecimal mean = mean();
        BigDecimal sum = BigDecimal.ZERO;
        long before = 0;
        for (Step step : steps()) {
            sum = sum.add(step.number()
                    .subtract(mean)
                    .pow(power)
                    .multiply(BigDecimal.valueOf(step.rank() - before), EXACT_ENOUGH));
            before = step.rank();
        }
        return sum;
    }

    private BigDecimal rounded(BigDecimal exact) {
        return exact.setScale(Math.max(scale, 0) + 2, RoundingMode.HALF_EVEN);
    }

    /** @param rank from 1 */
    private BigDecimal at(long rank) {
        for (Step step : steps()) {
            if (step.rank() >= rank) {
                return step.number();
            }
        }
        throw new IllegalStateException("nothing was measured");
    }

    private List<Step> steps() {
        if (steps.isEmpty()) {
            var sorted = new TreeMap<BigDecimal, Long>();
            counts.forEach((ofScale, numbers) -> numbers.forEach(
                    (unscaled, many) -> sorted.merge(BigDecimal.valueOf(unscaled, ofScale), many[0], Long::sum)));
            var all = new ArrayList<Step>();
            long[] rank = new long[1];
            sorted.forEach((number, many) -> {
                rank[0] += many;
                all.add(new Step(number, rank[0]));
            });
            steps = all;
        }
        return steps;
    }
}
