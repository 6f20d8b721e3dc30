package org.fieldward.core.observation.tally;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.proto.reading.DeviceId;

/** How much is stored, counted by device and time without reading it. Thread-safe. */
public interface Tallies {

    /** The grain: a span begins and ends at a whole one of these since 1970. */
    Duration QUARTER = Duration.ofMinutes(15);

    /** @param until excluded */
    record Span(DeviceId device, Instant from, Instant until) {
        public Span {
            if (from.getEpochSecond() % QUARTER.toSeconds() != 0 || until.getEpochSecond() % QUARTER.toSeconds() != 0) {
                throw new IllegalArgumentException("a span must begin and end at a whole quarter of an hour UTC");
            }
        }
    }

    /** Numbers of commitment batches, each the last that is signed, on a chain, and on a chain for good; 0 for none. */
    record Marks(long signed, long anchored, long finished) {}

    /** @param values numbers and those that the device itself reported as absent */
    record Count(long readings, long values, long waveforms) {
        public static final Count NONE = new Count(0, 0, 0);

        public Count plus(Count other) {
            return new Count(readings + other.readings, values + other.values, waveforms + other.waveforms);
        }

        public long records() {
            return readings + waveforms;
        }
    }

    /** The records of a span lie between these sequences, both included, of one life of a gateway's buffer. */
    record Origin(String gateway, long epoch, long first, long last) {}

    /**
     * What is stored of one span, measured in it.
     *
     * @param patients current versions, by patient
     * @param waiting current versions that no patient is known of
     * @param quarters the quarters of an hour, counted from 1970, with at least one record of a patient
     * @param signed records of patients up to that mark; {@code anchored} and {@code finished} likewise
     * @param quarantined how many were set aside, by reason
     * @param origins empty for what was stored before origins were kept
     */
    record Tally(
            Map<String, Count> patients,
            Count waiting,
            Set<Long> quarters,
            long signed,
            long anchored,
            long finished,
            Map<String, Long> quarantined,
            List<Origin> origins) {
        public Tally {
            patients = Map.copyOf(patients);
            quarters = Set.copyOf(quarters);
            quarantined = Map.copyOf(quarantined);
            origins = List.copyOf(origins);
        }
    }

    /** One for each span, in their order. */
    List<Tally> count(List<Span> spans, Marks marks);

    /** How much was set aside in that time of which no device is known, by reason. */
    Map<String, Long> unplaced(Instant from, Instant until);
}
