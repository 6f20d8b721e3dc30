package org.fieldward.core.completeness;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.completeness.Report.Loss;
import org.fieldward.core.completeness.Report.Row;
import org.fieldward.core.completeness.Report.Stretch;
import org.fieldward.core.journal.Standing;
import org.fieldward.core.observation.tally.Tallies;
import org.fieldward.core.observation.tally.Tallies.Count;
import org.fieldward.core.observation.tally.Tallies.Span;
import org.fieldward.core.observation.tally.Tallies.Tally;
import org.fieldward.core.registry.BedOrder;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** The beds and days that are asked for, and how what is counted by device becomes a row of each. Pure. */
final class BedDays {

    /** A bed, or a device that stands at none. */
    private record Place(Optional<String> bed, List<Device> devices, Optional<String> facility, Optional<ZoneId> zone) {
        String name() {
            return bed.orElse(devices.getFirst().id().name());
        }
    }

    private record BedDay(Place place, LocalDate day, Instant from, Instant until) {}

    private final Instant now;
    private final Map<DeviceId, List<Binding>> bindings = new HashMap<>();
    private final List<BedDay> days = new ArrayList<>();
    private final Instant from;
    private final Instant until;

    BedDays(List<Device> devices, List<Binding> bound, Facilities facilities, Question question, Instant now) {
        this.now = now;
        for (Binding binding : bound) {
            bindings.computeIfAbsent(binding.device(), device -> new ArrayList<>())
                    .add(binding);
        }
        List<Place> places = places(devices, facilities, question);
        for (Place place : places) {
            ZoneId zone = place.zone().orElse(ZoneOffset.UTC);
            for (LocalDate day = question.from(); !day.isAfter(question.to()); day = day.plusDays(1)) {
                Instant begins = day.atStartOfDay(zone).toInstant();
                if (!begins.isAfter(now)) {
                    Instant ends = day.plusDays(1).atStartOfDay(zone).toInstant();
                    days.add(new BedDay(place, day, begins, ends));
                }
            }
        }
        days.sort(Comparator.comparing(BedDay::day)
                .thenComparing(bedDay -> bedDay.place().bed().isEmpty())
                .thenComparing(bedDay -> bedDay.place().name(), new BedOrder()));
        from = days.stream()
                .map(BedDay::from)
                .min(Comparator.naturalOrder())
                .orElse(question.from().atStartOfDay(ZoneOffset.UTC).toInstant());
        until = days.stream()
                .map(BedDay::until)
                .max(Comparator.naturalOrder())
                .orElse(question.to().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static List<Place> places(List<Device> devices, Facilities facilities, Question question) {
        var grouped = new TreeMap<String, List<Device>>();
        for (Device device : devices) {
            boolean asked = question.bed()
                            .map(name -> device.bed().equals(Optional.of(name)))
                            .orElse(true)
                    && question.facility()
                            .map(name -> device.gateway().equals(Optional.of(name)))
                            .orElse(true);
            if (asked) {
                // Beds of the same name in two facilities are two beds.
                String key = device.bed()
                        .map(bed -> "bed " + bed + "\n" + device.gateway().orElse(""))
                        .orElse("device " + device.id().name());
                grouped.computeIfAbsent(key, unseen -> new ArrayList<>()).add(device);
            }
        }
        return grouped.values().stream()
                .map(together -> {
                    List<Device> sorted = together.stream()
                            .sorted(Comparator.comparing(Device::id))
                            .toList();
                    Device first = sorted.getFirst();
                    return new Place(first.bed(), sorted, first.gateway(), facilities.zone(first.gateway()));
                })
                .toList();
    }

    /** The first instant of all. */
    Instant from() {
        return from;
    }

    /** Excluded. */
    Instant until() {
        return until;
    }

    /** What is to be counted: per row one span for each device. */
    List<Span> spans() {
        return days.stream()
                .flatMap(day ->
                        day.place().devices().stream().map(device -> new Span(device.id(), day.from(), day.until())))
                .toList();
    }

    /** @param tallies one for each span; beds without binding, record and gap on a day have no row */
    List<Row> rows(List<Tally> tallies, List<Standing.Held> held, List<Loss> losses) {
        var rows = new ArrayList<Row>();
        int at = 0;
        for (BedDay day : days) {
            int next = at + day.place().devices().size();
            Row row = row(day, tallies.subList(at, next), held, losses);
            at = next;
            if (!row.isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private Row row(BedDay day, List<Tally> tallies, List<Standing.Held> held, List<Loss> losses) {
        var patients = new TreeMap<String, Count>();
        var quarantined = new TreeMap<String, Long>();
        for (Tally tally : tallies) {
            tally.patients().forEach((patient, count) -> patients.merge(patient, count, Count::plus));
            tally.quarantined().forEach((reason, count) -> quarantined.merge(reason, count, Long::sum));
        }
        var missing = new TreeMap<String, Long>();
        var across = new TreeMap<String, Long>();
        for (Loss loss : losses) {
            boolean ours = day.place().devices().stream()
                    .anyMatch(device -> device.id().name().equals(loss.device()));
            if (ours
                    && loss.reason().isMissing()
                    && loss.from().isBefore(day.until())
                    && !loss.to().isBefore(day.from())) {
                boolean inside = !loss.from().isBefore(day.from()) && loss.to().isBefore(day.until());
                String reason = loss.reason().name().toLowerCase(Locale.ROOT);
                (inside ? missing : across).merge(reason, loss.count(), Long::sum);
            }
        }
        int bound = 0;
        int withRecord = 0;
        for (int i = 0; i < tallies.size(); i++) {
            Set<Long> quarters = boundQuarters(day.place().devices().get(i).id(), day);
            bound += quarters.size();
            quarters.retainAll(tallies.get(i).quarters());
            withRecord += quarters.size();
        }
        return new Row(
                day.day(),
                day.place().zone(),
                day.from(),
                day.until(),
                day.place().bed(),
                day.place().facility(),
                day.place().devices().stream().map(device -> device.id().name()).toList(),
                day.place().devices().stream().anyMatch(device -> isBound(device.id(), day)),
                bound,
                withRecord,
                patients,
                tallies.stream().mapToLong(tally -> tally.waiting().records()).sum(),
                quarantined,
                tallies.stream().mapToLong(Tally::signed).sum(),
                tallies.stream().mapToLong(Tally::anchored).sum(),
                tallies.stream().mapToLong(Tally::finished).sum(),
                stretches(tallies, held),
                missing,
                across);
    }

    /** Those that are over and were bound from beginning to end: an admission or a discharge within one is no silence. */
    private Set<Long> boundQuarters(DeviceId device, BedDay day) {
        Set<Long> quarters = new HashSet<>();
        long length = Tallies.QUARTER.toSeconds();
        Instant end = day.until().isAfter(now) ? now : day.until();
        for (Binding binding : bindings.getOrDefault(device, List.of())) {
            Instant begins = binding.from().isAfter(day.from()) ? binding.from() : day.from();
            Instant ends = binding.until().filter(end::isAfter).orElse(end);
            long first = Math.ceilDiv(begins.getEpochSecond() + (begins.getNano() > 0 ? 1 : 0), length);
            for (long q = first; q < Math.floorDiv(ends.getEpochSecond(), length); q++) {
                quarters.add(q);
            }
        }
        return quarters;
    }

    private boolean isBound(DeviceId device, BedDay day) {
        return bindings.getOrDefault(device, List.of()).stream()
                .anyMatch(binding -> binding.from().isBefore(day.until())
                        && !binding.from().isAfter(now)
                        && binding.until().map(day.from()::isBefore).orElse(true));
    }

    private static List<Stretch> stretches(List<Tally> tallies, List<Standing.Held> held) {
        var reaches = new TreeMap<String, Tallies.Origin>();
        for (Tally tally : tallies) {
            for (Tallies.Origin origin : tally.origins()) {
                reaches.merge(
                        origin.gateway() + "\n" + origin.epoch(),
                        origin,
                        (one, other) -> new Tallies.Origin(
                                one.gateway(),
                                one.epoch(),
                                Math.min(one.first(), other.first()),
                                Math.max(one.last(), other.last())));
            }
        }
        return reaches.values().stream()
                .map(origin -> {
                    SequenceSet covered = held.stream()
                            .filter(life -> life.gateway().equals(origin.gateway()) && life.epoch() == origin.epoch())
                            .map(Standing.Held::covered)
                            .findFirst()
                            .orElse(SequenceSet.EMPTY);
                    SequenceSet asked = SequenceSet.of(new SequenceRange(origin.first(), origin.last()));
                    return new Stretch(
                            origin.gateway(),
                            origin.epoch(),
                            origin.first(),
                            origin.last(),
                            covered.and(asked).size());
                })
                .toList();
    }
}
