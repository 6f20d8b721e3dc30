package org.fieldward.core.completeness;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.observation.tally.Tallies.Count;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;

/**
 * How much is here, as the core knew it at one moment. What each number means stands in {@link ReportJson#MEANING}.
 *
 * @param unread journal entries that are confirmed but not in any row yet
 * @param unplaced what was set aside in that time of which no device is known, by reason
 */
public record Report(
        Instant madeAt,
        Question question,
        List<Row> rows,
        List<Loss> losses,
        List<Carrier> carriers,
        long unread,
        Map<String, Long> unplaced,
        Coverage coverage) {

    public Report {
        rows = List.copyOf(rows);
        losses = List.copyOf(losses);
        carriers = List.copyOf(carriers);
        unplaced = Map.copyOf(unplaced);
    }

    /** What of it concerns these facilities, each known by its gateway; what is of no facility is left out. */
    Report seenBy(Predicate<String> facility) {
        return new Report(
                madeAt,
                question,
                rows.stream()
                        .filter(row -> row.facility().filter(facility).isPresent())
                        .toList(),
                losses.stream().filter(loss -> facility.test(loss.gateway())).toList(),
                carriers.stream()
                        .filter(carrier -> facility.test(carrier.gateway()))
                        .toList(),
                unread,
                Map.of(),
                coverage);
    }

    /**
     * One bed on one day.
     *
     * @param zone empty where the facility's is not known; the day is then one of UTC
     * @param until excluded
     * @param bed empty for a device that stands at none
     * @param bound whether a device served somebody at all
     * @param boundQuarters quarters of an hour that are over and in all of which a device served one patient, per device
     * @param quarters those of them with a record
     * @param missing lost records by reason, of gaps that lie in this day
     * @param across the same of gaps that reach over its edge: some of those records belong to another day
     */
    public record Row(
            LocalDate day,
            Optional<ZoneId> zone,
            Instant from,
            Instant until,
            Optional<String> bed,
            Optional<String> facility,
            List<String> devices,
            boolean bound,
            int boundQuarters,
            int quarters,
            Map<String, Count> patients,
            long unbound,
            Map<String, Long> quarantined,
            long signed,
            long anchored,
            long finished,
            List<Stretch> stretches,
            Map<String, Long> missing,
            Map<String, Long> across) {
        public Row {
            devices = List.copyOf(devices);
            patients = Map.copyOf(patients);
            quarantined = Map.copyOf(quarantined);
            stretches = List.copyOf(stretches);
            missing = Map.copyOf(missing);
            across = Map.copyOf(across);
        }

        Count stored() {
            return patients.values().stream().reduce(Count.NONE, Count::plus);
        }

        long confirmed() {
            return stored().records() + unbound + sum(quarantined);
        }

        long measured() {
            return confirmed() + sum(missing);
        }

        boolean isEmpty() {
            return !bound && confirmed() == 0 && missing.isEmpty() && across.isEmpty();
        }
    }

    static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Sequences of one gateway between the first and the last record of a row, whichever device they are of. */
    public record Stretch(String gateway, long epoch, long first, long last, long held) {
        long holes() {
            return last - first + 1 - held;
        }
    }

    /** A gap record, and where it belongs. */
    public record Loss(
            long number,
            String device,
            Optional<String> bed,
            String gateway,
            Lane lane,
            Gap.Reason reason,
            long count,
            Instant from,
            Instant to,
            Instant toldAt,
            List<String> patients) {
        public Loss {
            patients = List.copyOf(patients);
        }
    }

    /**
     * A gateway, over all time.
     *
     * @param backlog records it said it still holds, at {@code heardAt}; empty if it never said
     */
    public record Carrier(String gateway, Optional<Instant> heardAt, OptionalLong backlog, List<Life> lives) {
        public Carrier {
            lives = List.copyOf(lives);
        }
    }

    /** One life of a gateway's buffer: {@code held} of the sequences {@code first} to {@code upTo} are confirmed. */
    public record Life(long epoch, long first, long upTo, long held) {
        long holes() {
            return upTo - first + 1 - held;
        }
    }
}
