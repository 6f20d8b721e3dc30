package org.fieldward.core.distribution.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpreadTest {

    private static Spread of(String... numbers) {
        var spread = new Spread();
        for (String number : numbers) {
            spread.add(new BigDecimal(number));
        }
        return spread;
    }

    @Test
    void decimals_stay_the_decimals_that_they_were() {
        Spread spread = of("36.9", "37", "37.10", "36.9");

        assertThat(spread.minimum()).isEqualTo("36.9");
        assertThat(spread.maximum()).isEqualByComparingTo("37.1");
        assertThat(spread.sum()).isEqualByComparingTo("147.9");
        assertThat(spread.average()).isEqualTo("36.9750");
        assertThat(spread.median()).isEqualByComparingTo("36.95");
        assertThat(spread.count()).isEqualTo(4);
        assertThat(spread.distinct()).isEqualTo(3);
    }

    @Test
    void the_known_example_has_its_known_statistics() {
        Spread spread = of("2", "4", "4", "4", "5", "5", "7", "9");

        assertThat(spread.average()).isEqualByComparingTo("5");
        assertThat(spread.variance()).isEqualByComparingTo("4.57");
        assertThat(spread.deviation()).isEqualByComparingTo("2.14");
        assertThat(spread.percentile(20)).isEqualByComparingTo("4");
        assertThat(spread.percentile(80)).isEqualByComparingTo("7");
        assertThat(spread.percentile(100)).isEqualByComparingTo("9");
        assertThat(spread.quartileDeviation()).isEqualByComparingTo("0.5");
        assertThat(spread.skew()).isEqualByComparingTo("0.66");
        assertThat(spread.kurtosis()).isEqualByComparingTo("2.78");
    }

    @Test
    void what_so_few_or_so_equal_numbers_do_not_have_is_not_made_up() {
        assertThat(Statistic.STD_DEV.of(of("5"), 0)).isEmpty();
        assertThat(Statistic.SKEW.of(of("5", "5"), 0)).isEmpty();
        assertThat(Statistic.AVERAGE.of(new Spread(), 3)).isEmpty();
        assertThat(Statistic.TOTAL_COUNT.of(of("5"), 3)).contains(new BigDecimal(4));
        assertThat(Statistic.COUNT.of(new Spread(), 3)).contains(BigDecimal.ZERO);
    }

    @Test
    void put_together_it_is_as_if_all_had_been_counted_at_once() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            List<BigDecimal> all = new ArrayList<>();
            var whole = new Spread();
            var parts = List.of(new Spread(), new Spread());
            int many = 1 + random.nextInt(40);
            for (int i = 0; i < many; i++) {
                var number = BigDecimal.valueOf(random.nextInt(400) - 100, random.nextInt(3));
                all.add(number);
                whole.add(number);
                parts.get(random.nextInt(2)).add(number);
            }
            var joined = new Spread();
            parts.forEach(joined::add);
            Collections.sort(all);
            for (Statistic statistic : Statistic.values()) {
                assertThat(statistic.of(joined, 1))
                        .as("%s of %s", statistic, all)
                        .isEqualTo(statistic.of(whole, 1));
            }
            BigDecimal middle = all.get((many - 1) / 2).add(all.get(many / 2)).divide(BigDecimal.TWO);
            assertThat(whole.median()).isEqualByComparingTo(middle);
            assertThat(whole.percentile(80)).isEqualByComparingTo(all.get(Math.ceilDiv(many * 80, 100) - 1));
            assertThat(whole.minimum()).isEqualByComparingTo(all.getFirst());
        }
    }
}
