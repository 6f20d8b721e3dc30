package org.fieldward.core.completeness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.completeness.Report.Carrier;
import org.fieldward.core.completeness.Report.Life;
import org.fieldward.core.completeness.Report.Loss;
import org.fieldward.core.completeness.Report.Row;
import org.fieldward.core.completeness.Report.Stretch;
import org.fieldward.core.distribution.FakeGaps;
import org.fieldward.core.distribution.FakeRegistry;
import org.fieldward.core.journal.Standing;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.SignedNote;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.observation.tally.Tallies;
import org.fieldward.core.observation.tally.Tallies.Count;
import org.fieldward.core.observation.tally.Tallies.Span;
import org.fieldward.core.registry.Gateways;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

class CompletenessTest {

    private static final LocalDate DAY = LocalDate.of(2026, 3, 1);
    private static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-03-02T12:10:00Z");
    private static final long QUARTER = MIDNIGHT.getEpochSecond() / 900;
    private static final DeviceId MONITOR = new DeviceId("mon-1");

    private final FakeRegistry registry = new FakeRegistry();
    private final FakeTallies tallies = new FakeTallies();
    private final FakeGaps gaps = new FakeGaps();
    private final FakeStanding journal = new FakeStanding();
    private final NoteSigner signer = new NoteSigner("test.example/log", FakeTallies.keyPair());
    private List<Gateways.State> states = List.of();
    private Coverage coverage = Coverage.NONE;

    private Completeness completeness(Facilities facilities) {
        return new Completeness(
                new Completeness.Sources(registry, tallies, gaps, journal, () -> states, () -> coverage),
                facilities,
                new Completeness.Seal(signer.publicKey(), signer::sign));
    }

    private Report report() {
        return completeness(new Facilities(Map.of())).report(question(DAY, DAY), NOW);
    }

    private static Question question(LocalDate from, LocalDate to) {
        return new Question(Optional.empty(), Optional.empty(), from, to);
    }

    private void monitor(DeviceId id, Optional<String> bed, String gateway) {
        registry.putDevice(new Device(id, "monitor", bed, Optional.of(gateway), NOW));
    }

    private void bind(DeviceId device, String patient, Instant from, Optional<Instant> until) {
        registry.putPatient(new Patient(patient, "", "", "", Optional.empty(), "unknown", NOW));
        registry.bind(device, patient, from, until);
    }

    private void gap(long number, String device, Instant from, Instant to, long count, Gap.Reason reason) {
        StoredGap record = StoredGap.newBuilder()
                .setGapVersion(1)
                .setDevice(device)
                .setGateway("ward-3")
                .setLaneValue(Lane.VITAL.number())
                .setFromMicros(Micros.of(from))
                .setToMicros(Micros.of(to))
                .setCount(count)
                .setReason(reason.number())
                .setReceivedMicros(Micros.of(NOW))
                .build();
        gaps.all.add(new Gaps.Stored(number, record, record.toByteString(), ByteString.EMPTY, 1, 0));
    }

    private static Tallies.Tally tally(Map<String, Count> patients, Tallies.Origin... origins) {
        return new Tallies.Tally(
                patients,
                new Count(4, 4, 0),
                Set.of(QUARTER + 3, QUARTER + 4, QUARTER + 5, QUARTER + 60),
                70,
                60,
                50,
                Map.of("conflict", 2L),
                List.of(origins));
    }

    private void stored() {
        monitor(MONITOR, Optional.of("7"), "ward-3");
        bind(MONITOR, "ann", MIDNIGHT.plus(Duration.ofMinutes(50)), Optional.of(MIDNIGHT.plus(Duration.ofHours(12))));
        tallies.all.put(
                new Span(MONITOR, MIDNIGHT, MIDNIGHT.plus(Duration.ofDays(1))),
                tally(Map.of("ann", new Count(80, 480, 1)), new Tallies.Origin("ward-3", 1, 11, 110)));
    }

    @Test
    void every_number_of_a_row_is_put_together_from_what_was_counted() {
        stored();
        journal.held.add(new Standing.Held(
                "ward-3", 1, SequenceSet.of(new SequenceRange(1, 50), new SequenceRange(54, 200)), 1));
        gap(1, "mon-1", MIDNIGHT, MIDNIGHT.plusSeconds(60), 3, Gap.Reason.EVICTED);
        gap(2, "mon-1", MIDNIGHT.plusSeconds(90), MIDNIGHT.plusSeconds(91), 4, Gap.Reason.EVICTED);
        gap(3, "mon-1", MIDNIGHT.minusSeconds(5), MIDNIGHT.plusSeconds(5), 9, Gap.Reason.REFUSED);
        gap(4, "mon-9", MIDNIGHT, MIDNIGHT.plusSeconds(60), 100, Gap.Reason.DAMAGED);

        Row row = report().rows().getFirst();

        assertThat(report().rows()).hasSize(1);
        assertThat(row.bed()).contains("7");
        assertThat(row.facility()).contains("ward-3");
        assertThat(row.devices()).containsExactly("mon-1");
        assertThat(row.stored()).isEqualTo(new Count(80, 480, 1));
        assertThat(row.confirmed()).isEqualTo(81 + 4 + 2);
        assertThat(row.missing()).isEqualTo(Map.of("evicted", 7L));
        assertThat(row.across()).isEqualTo(Map.of("refused", 9L));
        assertThat(row.measured()).isEqualTo(87 + 7);
        assertThat(List.of(row.signed(), row.anchored(), row.finished())).containsExactly(70L, 60L, 50L);
        assertThat(row.stretches()).containsExactly(new Stretch("ward-3", 1, 11, 110, 97));
        assertThat(row.stretches().getFirst().holes()).isEqualTo(3);
        // From one, for the quarter before it was bound in part only, to noon.
        assertThat(row.boundQuarters()).isEqualTo(44);
        assertThat(row.quarters()).isEqualTo(2);
    }

    @Test
    void a_bed_whose_device_was_bound_and_silent_has_a_row_of_nothing_and_one_that_stood_idle_has_none() {
        monitor(MONITOR, Optional.of("7"), "ward-3");
        monitor(new DeviceId("mon-2"), Optional.of("8"), "ward-3");
        bind(MONITOR, "ann", MIDNIGHT.minusSeconds(1), Optional.empty());

        assertThat(report().rows()).hasSize(1).allSatisfy(row -> {
            assertThat(row.bed()).contains("7");
            assertThat(row.boundQuarters()).isEqualTo(96);
            assertThat(row.measured()).isZero();
        });
    }

    @Test
    void what_is_not_over_is_not_counted_as_silent() {
        monitor(MONITOR, Optional.of("7"), "ward-3");
        bind(MONITOR, "ann", MIDNIGHT, Optional.empty());

        List<Row> rows = completeness(new Facilities(Map.of()))
                .report(question(DAY, DAY.plusDays(5)), NOW)
                .rows();

        assertThat(rows).extracting(Row::day).containsExactly(DAY, DAY.plusDays(1));
        assertThat(rows.getLast().boundQuarters()).isEqualTo(12 * 4);
    }

    @Test
    void days_are_those_of_the_facility_also_where_the_clocks_change_and_utc_says_so() {
        monitor(MONITOR, Optional.of("7"), "berlin");
        monitor(new DeviceId("mon-2"), Optional.of("8"), "somewhere");
        Instant early = Instant.parse("2025-01-01T00:00:00Z");
        bind(MONITOR, "ann", early, Optional.empty());
        bind(new DeviceId("mon-2"), "bob", early, Optional.empty());
        var facilities = Facilities.parse(List.of("berlin=Europe/Berlin"));
        LocalDate spring = LocalDate.of(2025, 3, 30);

        List<Row> rows =
                completeness(facilities).report(question(spring, spring), NOW).rows();

        Row berlin = rows.getFirst();
        assertThat(berlin.zone()).contains(ZoneId.of("Europe/Berlin"));
        assertThat(berlin.from()).isEqualTo("2025-03-29T23:00:00Z");
        assertThat(Duration.between(berlin.from(), berlin.until())).isEqualTo(Duration.ofHours(23));
        assertThat(berlin.boundQuarters()).isEqualTo(23 * 4);
        assertThat(rows.getLast().zone()).isEmpty();
        assertThat(ReportJson.write(completeness(facilities).report(question(spring, spring), NOW))
                        .path("rows")
                        .get(1)
                        .path("zoneKnown")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void a_loss_says_who_when_how_many_and_why_also_where_no_bed_is_known() {
        stored();
        bind(MONITOR, "bob", MIDNIGHT.plus(Duration.ofHours(12)), Optional.empty());
        Instant noon = MIDNIGHT.plus(Duration.ofHours(12));
        gap(1, "mon-1", noon.minusSeconds(9), noon.plusSeconds(9), 3, Gap.Reason.EVICTED);
        gap(2, "unnamed", noon, noon, 5, Gap.Reason.DAMAGED);

        assertThat(report().losses())
                .containsExactly(
                        new Loss(
                                1,
                                "mon-1",
                                Optional.of("7"),
                                "ward-3",
                                Lane.VITAL,
                                Gap.Reason.EVICTED,
                                3,
                                noon.minusSeconds(9),
                                noon.plusSeconds(9),
                                NOW,
                                List.of("ann", "bob")),
                        new Loss(
                                2,
                                "unnamed",
                                Optional.empty(),
                                "ward-3",
                                Lane.VITAL,
                                Gap.Reason.DAMAGED,
                                5,
                                noon,
                                noon,
                                NOW,
                                List.of()));
        var bed = new Question(Optional.empty(), Optional.of("7"), DAY, DAY);
        assertThat(completeness(new Facilities(Map.of())).report(bed, NOW).losses())
                .extracting(Loss::number)
                .containsExactly(1L);
    }

    @Test
    void a_gateway_is_shown_with_its_holes_and_with_what_it_said_it_still_holds() {
        journal.held.add(new Standing.Held("ward-3", 5, SequenceSet.of(new SequenceRange(3, 10)), 2));
        states = List.of(new Gateways.State(
                "ward-3",
                false,
                "1",
                NOW.minusSeconds(60),
                Optional.empty(),
                Duration.ZERO,
                Map.of(Lane.VITAL, 2L, Lane.TREND, 7L),
                Duration.ZERO,
                0,
                0,
                0,
                0));

        assertThat(report().carriers())
                .containsExactly(new Carrier(
                        "ward-3",
                        Optional.of(NOW.minusSeconds(60)),
                        OptionalLong.of(9),
                        List.of(new Life(5, 2, 10, 8))));
        assertThat(report().carriers().getFirst().lives().getFirst().holes()).isEqualTo(1);
    }

    @Test
    void a_facility_or_a_bed_that_is_asked_for_is_all_that_is_answered() {
        stored();
        monitor(new DeviceId("mon-2"), Optional.of("7"), "ward-4");
        bind(new DeviceId("mon-2"), "bob", MIDNIGHT, Optional.empty());
        Completeness all = completeness(new Facilities(Map.of()));

        var ward4 = new Question(Optional.of("ward-4"), Optional.of("7"), DAY, DAY);
        assertThat(all.report(ward4, NOW).rows())
                .extracting(row -> row.devices().getFirst())
                .containsExactly("mon-2");
        assertThat(all.report(question(DAY, DAY), NOW).rows()).hasSize(2);
        var none = new Question(Optional.empty(), Optional.of("9"), DAY, DAY);
        assertThat(all.report(none, NOW).rows()).isEmpty();
    }

    @Test
    void what_is_signed_and_anchored_is_asked_for_by_the_batches_that_the_roots_cover() {
        var signed = new Coverage.Signed(9, 4, new SignedNote("x"), NOW);
        coverage = new Coverage(10, Optional.of(signed), Optional.empty(), Optional.empty(), false);

        report();

        assertThat(tallies.asked).containsExactly(new Tallies.Marks(4, 0, 0));
    }

    @Test
    void a_question_or_a_zone_that_cannot_be_answered_is_refused_by_name() {
        assertThatThrownBy(() -> question(DAY, DAY.plusDays(31))).hasMessageContaining("to must be from, or up to 30");
        assertThatThrownBy(() -> question(DAY, DAY.minusDays(1))).hasMessageContaining("to must be");
        assertThatThrownBy(() -> question(LocalDate.of(1950, 1, 1), LocalDate.of(1950, 1, 2)))
                .hasMessageContaining("1990");
        for (String wrong : List.of("ward-3", "=UTC", "ward-3=Mars/Olympus", "ward-3=+01:07")) {
            assertThatThrownBy(() -> Facilities.parse(List.of(wrong)))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("facility.zones");
        }
    }
}
