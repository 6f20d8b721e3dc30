package org.fieldward.core.completeness;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.completeness.Report.Carrier;
import org.fieldward.core.completeness.Report.Life;
import org.fieldward.core.completeness.Report.Loss;
import org.fieldward.core.journal.Standing;
import org.fieldward.core.ledger.NoteKey;
import org.fieldward.core.ledger.Statement;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.observation.tally.Tallies;
import org.fieldward.core.registry.Gateways;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.sequence.SequenceSet;

/** Answers how much is here, out of what the other parts know. Thread-safe. */
public final class Completeness {

    /** The follower whose place says what is confirmed and not counted yet. */
    private static final String FOLLOWER = "observation";

    private static final int PAGE = 1_000;

    /**
     * What it asks.
     *
     * @param gateways what each said last
     */
    public record Sources(
            Registry registry,
            Tallies tallies,
            Gaps gaps,
            Standing journal,
            Supplier<List<Gateways.State>> gateways,
            Supplier<Coverage> coverage) {}

    /** Signs with the log's key. */
    public record Seal(NoteKey key, Function<Statement, String> signer) {}

    private final Sources sources;
    private final Facilities facilities;
    private final Seal seal;

    public Completeness(Sources sources, Facilities facilities, Seal seal) {
        this.sources = sources;
        this.facilities = facilities;
        this.seal = seal;
    }

    public Facilities facilities() {
        return facilities;
    }

    /** What a statement is checked with. */
    public NoteKey key() {
        return seal.key();
    }

    /** The same as {@link #report}, as a signed note. */
    public String statement(Question question, Instant now) {
        return seal.signer().apply(SignedReport.statement(report(question, now)));
    }

    /** The same for somebody who sees only these facilities, each known by its gateway. */
    public Report report(Question question, Predicate<String> facility, Instant now) {
        return report(question, now).seenBy(facility);
    }

    public Report report(Question question, Instant now) {
        // First what only grows: what is counted after it can only be more than it covers.
        Coverage coverage = sources.coverage().get();
        var marks = new Tallies.Marks(
                coverage.checkpoint().map(Coverage.Signed::batch).orElse(0L),
                coverage.anchored()
                        .map(anchored -> anchored.checkpoint().batch())
                        .orElse(0L),
                coverage.finished()
                        .map(anchored -> anchored.checkpoint().batch())
                        .orElse(0L));
        List<Standing.Held> held = sources.journal().held();
        var days = new BedDays(sources.registry().devices(), sources.registry().bindings(), facilities, question, now);
        List<Loss> losses = losses(question, days);
        List<Report.Row> rows = days.rows(sources.tallies().count(days.spans(), marks), held, losses);
        return new Report(
                now,
                question,
                rows,
                losses,
                carriers(question, held),
                sources.journal().unread(FOLLOWER),
                sources.tallies().unplaced(days.from(), days.until()),
                coverage);
    }

    private List<Loss> losses(Question question, BedDays days) {
        var losses = new ArrayList<Loss>();
        long after = 0;
        while (true) {
            List<Gaps.Stored> page = sources.gaps()
                    .find(new Gaps.Query(
                            Optional.empty(),
                            Optional.of(days.from()),
                            Optional.of(days.until().minusNanos(1_000)),
                            after,
                            PAGE));
            for (Gaps.Stored gap : page) {
                loss(gap, question).ifPresent(losses::add);
            }
            if (page.size() < PAGE) {
                losses.sort(Comparator.comparing(Loss::from).thenComparing(Loss::number));
                return losses;
            }
            after = page.getLast().number();
        }
    }

    /** Empty if it is not asked for. A gap of a device that is not known may be of any bed, so no single bed has it. */
    private Optional<Loss> loss(Gaps.Stored stored, Question question) {
        StoredGap gap = stored.record();
        Optional<Device> device = sources.registry().device(new DeviceId(gap.getDevice()));
        Optional<String> bed = device.flatMap(Device::bed);
        String facility = device.flatMap(Device::gateway).orElse(gap.getGateway());
        boolean asked =
                question.bed().map(name -> bed.equals(Optional.of(name))).orElse(true)
                        && question.facility().map(facility::equals).orElse(true);
        if (!asked) {
            return Optional.empty();
        }
        Instant from = Micros.instant(gap.getFromMicros());
        Instant to = Micros.instant(gap.getToMicros());
        List<String> patients = sources.registry().bindings().stream()
                .filter(binding -> binding.device().name().equals(gap.getDevice()))
                .filter(binding -> !binding.from().isAfter(to)
                        && binding.until().map(from::isBefore).orElse(true))
                .map(Binding::patient)
                .distinct()
                .toList();
        return Optional.of(new Loss(
                stored.number(),
                gap.getDevice(),
                bed,
                gap.getGateway(),
                Lane.of(gap.getLaneValue()),
                Gap.Reason.of(gap.getReason()),
                gap.getCount(),
                from,
                to,
                Micros.instant(gap.getReceivedMicros()),
                patients));
    }

    private List<Carrier> carriers(Question question, List<Standing.Held> held) {
        var states = new TreeMap<String, Gateways.State>();
        sources.gateways().get().forEach(state -> states.put(state.gateway(), state));
        var lives = new TreeMap<String, List<Life>>();
        states.keySet().forEach(gateway -> lives.put(gateway, new ArrayList<>()));
        for (Standing.Held life : held) {
            SequenceSet covered = life.covered();
            if (!covered.isEmpty()) {
                lives.computeIfAbsent(life.gateway(), gateway -> new ArrayList<>())
                        .add(new Life(
                                life.epoch(),
                                life.first(),
                                covered.ranges().getLast().last(),
                                covered.size()));
            }
        }
        var carriers = new ArrayList<Carrier>();
        lives.forEach((gateway, ofGateway) -> {
            if (question.facility().map(gateway::equals).orElse(true)) {
                Optional<Gateways.State> state = Optional.ofNullable(states.get(gateway));
                carriers.add(new Carrier(
                        gateway,
                        state.map(Gateways.State::lastSeenAt),
                        state.map(said -> OptionalLong.of(said.backlog().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()))
                                .orElseGet(OptionalLong::empty),
                        ofGateway));
            }
        });
        return carriers;
    }
}
