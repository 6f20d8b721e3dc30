package org.fieldward.core.clinical.stay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.clinical.stay.BindingPlan.Step;
import org.fieldward.core.clinical.stay.Movement.Bed;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Movements in, told in any order; a device's bindings out. Hours of one day, {@code -} for a bed that was left. */
final class BindingPlanTest {

    private static final Bed BED = new Bed("ward-3", "1");
    private static final DeviceId DEVICE = new DeviceId("bed-1");

    private final List<Movement> movements = new ArrayList<>();
    private List<Binding> bindings = new ArrayList<>();
    private long next = 100;

    private static Instant hour(int hour) {
        return Instant.parse("2026-01-31T00:00:00Z").plusSeconds(3_600L * hour);
    }

    /** {@code P1@8} came to the bed, {@code P-@10} left the house, {@code P2@9} went to bed 2. */
    private void tell(String told) {
        String patient = told.substring(0, 1);
        String bed = told.substring(1, 2);
        Instant at = hour(Integer.parseInt(told.substring(3)));
        List<Stay> before = Stay.in(BED, movements);
        movements.add(new Movement(
                movements.size() + 1, patient, at, "ward-3", bed.equals("-") ? Optional.empty() : Optional.of(bed)));
        apply(BindingPlan.of(DEVICE, bindings, before, Stay.in(BED, movements)));
        if (!bed.equals("1")) {
            apply(BindingPlan.release(DEVICE, bindings, patient, at));
        }
    }

    /** As the registry would: refuses what overlaps. */
    private void apply(List<Step> steps) {
        var real = new HashMap<Long, Long>();
        for (Step step : steps) {
            switch (step) {
                case Step.End end ->
                    bindings = new ArrayList<>(bindings.stream()
                            .map(one -> one.number() == real.getOrDefault(end.binding(), end.binding())
                                    ? new Binding(
                                            one.number(), DEVICE, one.patient(), one.from(), Optional.of(end.at()))
                                    : one)
                            .toList());
                case Step.Bind bind -> {
                    for (Binding one : bindings) {
                        boolean apart = one.until()
                                        .map(end -> !end.isAfter(bind.from()))
                                        .orElse(false)
                                || bind.until()
                                        .map(end -> !end.isAfter(one.from()))
                                        .orElse(false)
                                || one.until().equals(Optional.of(one.from()));
                        assertThat(apart)
                                .as("%s does not overlap %s", bind, one)
                                .isTrue();
                    }
                    real.put(bind.as(), next);
                    bindings.add(new Binding(next++, DEVICE, bind.patient(), bind.from(), bind.until()));
                }
            }
        }
    }

    private static int hourOf(Instant instant) {
        return (int) ((instant.getEpochSecond() - hour(0).getEpochSecond()) / 3_600);
    }

    /** {@code P8-10 Q12-}. */
    private String bound() {
        var text = new StringBuilder();
        bindings.stream()
                .filter(one -> !one.until().equals(Optional.of(one.from())))
                .sorted(Comparator.comparing(Binding::from))
                .forEach(one -> text.append(text.isEmpty() ? "" : " ")
                        .append(one.patient())
                        .append(hourOf(one.from()))
                        .append('-')
                        .append(one.until()
                                .map(end -> Integer.toString(hourOf(end)))
                                .orElse("")));
        return text.toString();
    }

    private void bindByHand(String patient, int from, Optional<Integer> until) {
        bindings.add(new Binding(next++, DEVICE, patient, hour(from), until.map(BindingPlanTest::hour)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "admitted,                                          P1@8,                 P8-",
        "admitted twice,                                    P1@8 P1@8,            P8-",
        "discharged,                                        P1@8 P-@10,           P8-10",
        "discharge told first,                              P-@10 P1@8,           P8-10",
        "the next patient ends the former's,                P1@8 Q1@12,           P8-12 Q12-",
        "the former's discharge told a day late,            P1@8 Q1@12 P-@10,     P8-10 Q12-",
        "the former's admission told late,                  Q1@12 P1@8,           P8-12 Q12-",
        "all of the former told late,                       Q1@12 P-@10 P1@8,     P8-10 Q12-",
        "transferred away,                                  P1@8 P2@9,            P8-9",
        "transferred away and back,                         P1@8 P2@9 P1@11,      P8-9 P11-",
        "transfer told after the discharge,                 P1@8 P-@12 P2@9,      P8-9",
        "transfer here told after the discharge,            P2@8 P-@12 P1@9,      P9-12",
        "a stay between two of another,                     P1@8 P2@9 P1@11 Q1@9, P8-9 Q9-11 P11-",
        "two at one instant: the later told one,            P1@8 Q1@8,            Q8-"
    })
    void what_was_told_in_any_order_binds_as_it_happened(String what, String told, String expected) {
        for (String one : told.split(" ")) {
            tell(one);
        }

        assertThat(bound()).as(what).isEqualTo(expected);
    }

    @Test
    void an_admission_ends_what_was_bound_by_hand_before_it() {
        bindByHand("H", 6, Optional.empty());

        tell("P1@8");

        assertThat(bound()).isEqualTo("H6-8 P8-");
    }

    @Test
    void what_was_bound_by_hand_after_the_admission_stays() {
        bindByHand("H", 10, Optional.of(11));

        tell("P1@8");

        assertThat(bound()).isEqualTo("P8-10 H10-11");
    }

    @Test
    void a_discharge_ends_what_was_bound_by_hand() {
        bindByHand("P", 6, Optional.empty());

        tell("P-@9");

        assertThat(bound()).isEqualTo("P6-9");
    }

    @Test
    void a_discharge_of_one_leaves_the_others_alone() {
        bindByHand("H", 6, Optional.empty());

        tell("P-@9");

        assertThat(bound()).isEqualTo("H6-");
    }

    @Test
    void two_late_stays_within_a_long_binding_by_hand_both_get_their_time() {
        bindByHand("H", 6, Optional.empty());
        List<Stay> after = List.of(
                new Stay("P", BED, hour(8), Optional.of(hour(9))), new Stay("Q", BED, hour(10), Optional.of(hour(11))));

        apply(BindingPlan.of(DEVICE, bindings, List.of(), after));

        assertThat(bound()).isEqualTo("H6-8 P8-9 H9-10 Q10-11 H11-");
    }

    @Test
    void leaving_another_facility_ends_no_stay_here() {
        List<Movement> told = List.of(
                new Movement(1, "P", hour(8), "ward-3", Optional.of("1")),
                new Movement(2, "P", hour(9), "elsewhere", Optional.empty()));

        assertThat(Stay.in(BED, told)).containsExactly(new Stay("P", BED, hour(8), Optional.empty()));
    }

    @Test
    void a_cancelled_admission_gives_the_bed_back_to_the_former_patient() {
        tell("P1@8");
        tell("Q1@12");
        List<Stay> before = Stay.in(BED, movements);
        movements.removeLast();

        apply(BindingPlan.of(DEVICE, bindings, before, Stay.in(BED, movements)));

        assertThat(bound()).isEqualTo("P8-12 P12-");
    }

    @Test
    void a_cancelled_discharge_lets_the_stay_go_on() {
        tell("P1@8");
        tell("P-@10");
        List<Stay> before = Stay.in(BED, movements);
        movements.removeLast();

        apply(BindingPlan.of(DEVICE, bindings, before, Stay.in(BED, movements)));

        assertThat(bound()).isEqualTo("P8-10 P10-");
    }

    @Test
    void merging_moves_every_binding_to_the_surviving_patient() {
        tell("P1@8");
        tell("P-@10");
        tell("P1@12");

        apply(BindingPlan.rename(DEVICE, bindings, "P", "S"));

        assertThat(bound()).isEqualTo("S8-10 S12-");
    }
}
