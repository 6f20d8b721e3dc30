package org.fieldward.edge.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.fieldward.edge.ingest.access.Guesses.Outcome;
import org.fieldward.edge.ingest.access.Guesses.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuessesTest {

    private static final Verdict ALLOWED = new Verdict.Allowed();

    private final Guesses guesses = new Guesses();

    /** Seconds until the next attempt, after one that was allowed and wrong. */
    private long wrong(String address, String name, long atSeconds) {
        assertThat(guesses.begin(address, name, atSeconds * 1000)).isEqualTo(ALLOWED);
        return seconds(guesses.end(address, name, Outcome.WRONG, atSeconds * 1000));
    }

    private static long seconds(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allowed allowed -> 0;
            case Verdict.Wait wait -> wait.millis() / 1000;
        };
    }

    @ParameterizedTest(name = "wrong at {0} s: then wait {1} s")
    @CsvSource(
            delimiter = '|',
            value = {
                "0 1 2 3                                  | 0 0 0 0",
                "0 1 2 3 4                                | 0 0 0 0 1",
                "0 15 30 45 60                            | 0 0 0 0 1",
                "0 16 32 48 64                            | 0 0 0 0 0",
                "0 1 2 3 4 5 7 11 19 35 67 127 187 247    | 0 0 0 0 1 2 4 8 16 32 60 60 60 60",
                "0 0 0 0 0 500 1100                       | 0 0 0 0 1 2 4",
                "0 0 0 0 0 601 602 603 604 605            | 0 0 0 0 1 0 0 0 0 1"
            })
    void five_wrong_passwords_within_a_minute_cost_a_wait_that_doubles_up_to_a_minute(String at, String waits) {
        String[] expected = waits.split(" ", -1);
        String[] times = at.split(" ", -1);
        for (int i = 0; i < times.length; i++) {
            assertThat(wrong("10.0.0.7", "pump-3", Long.parseLong(times[i])))
                    .as("after the wrong password at %s s", times[i])
                    .isEqualTo(Long.parseLong(expected[i]));
        }
    }

    @Test
    void a_wait_is_refused_until_it_is_over_and_concerns_one_name_at_one_address() {
        for (int i = 0; i < 5; i++) {
            wrong("10.0.0.7", "pump-3", 0);
        }

        assertThat(guesses.begin("10.0.0.7", "pump-3", 400)).isEqualTo(new Verdict.Wait(600));
        assertThat(guesses.begin("10.0.0.8", "pump-3", 400)).isEqualTo(ALLOWED);
        assertThat(guesses.begin("10.0.0.7", "pump-4", 400)).isEqualTo(ALLOWED);
        assertThat(guesses.begin("10.0.0.7", "pump-3", 1_000)).isEqualTo(ALLOWED);
    }

    @Test
    void the_right_password_makes_good_what_went_before() {
        for (int i = 0; i < 4; i++) {
            wrong("10.0.0.7", "pump-3", i);
        }
        guesses.begin("10.0.0.7", "pump-3", 4_000);
        guesses.end("10.0.0.7", "pump-3", Outcome.RIGHT, 4_000);

        for (int i = 5; i < 9; i++) {
            assertThat(wrong("10.0.0.7", "pump-3", i)).isZero();
        }
        assertThat(wrong("10.0.0.7", "pump-3", 9)).isEqualTo(1);
    }

    @Test
    void guesses_at_the_same_time_get_no_further_than_one_after_the_other() {
        for (int i = 0; i < 5; i++) {
            assertThat(guesses.begin("10.0.0.7", "pump-3", 0)).isEqualTo(ALLOWED);
        }
        assertThat(guesses.begin("10.0.0.7", "pump-3", 0)).isInstanceOf(Verdict.Wait.class);
        for (int i = 0; i < 5; i++) {
            guesses.end("10.0.0.7", "pump-3", Outcome.WRONG, 0);
        }

        assertThat(guesses.begin("10.0.0.7", "pump-3", 1_000)).isEqualTo(ALLOWED);
        assertThat(guesses.begin("10.0.0.7", "pump-3", 1_000)).isInstanceOf(Verdict.Wait.class);
    }

    @Test
    void an_attempt_that_nobody_looked_at_counts_for_nothing() {
        for (int i = 0; i < 20; i++) {
            assertThat(guesses.begin("10.0.0.7", "pump-3", 0)).isEqualTo(ALLOWED);
            assertThat(guesses.end("10.0.0.7", "pump-3", Outcome.UNCHECKED, 0)).isEqualTo(ALLOWED);
        }
        assertThat(guesses.hasBudget("10.0.0.7", 0)).isTrue();
    }

    @Test
    void an_address_that_tries_many_names_runs_out_and_gets_a_few_back_each_second() {
        for (int i = 0; i < Guesses.ADDRESS_BUDGET; i++) {
            assertThat(guesses.hasBudget("10.0.0.7", 0)).isTrue();
            wrong("10.0.0.7", "name-" + i, 0);
        }

        assertThat(guesses.hasBudget("10.0.0.7", 0)).isFalse();
        assertThat(guesses.hasBudget("10.0.0.8", 0)).isTrue();
        assertThat(guesses.hasBudget("10.0.0.7", 1_000)).isTrue();
        for (int i = 0; i < Guesses.ADDRESS_PER_SECOND; i++) {
            wrong("10.0.0.7", "more-" + i, 1);
        }
        assertThat(guesses.hasBudget("10.0.0.7", 1_000)).isFalse();
    }

    @Test
    void one_address_cannot_push_out_what_is_held_against_it() {
        for (int i = 0; i < 5; i++) {
            wrong("10.0.0.7", "pump-3", 0);
        }
        for (int i = 0; i < 100_000; i++) {
            if (guesses.hasBudget("10.0.0.7", 500)) {
                guesses.begin("10.0.0.7", "name-" + i, 500);
                guesses.end("10.0.0.7", "name-" + i, Outcome.WRONG, 500);
            } else {
                guesses.begin("10.0.0.7", "name-" + i, 500);
                guesses.end("10.0.0.7", "name-" + i, Outcome.UNCHECKED, 500);
            }
        }

        assertThat(guesses.begin("10.0.0.7", "pump-3", 500)).isEqualTo(new Verdict.Wait(500));
    }
}
