package org.fieldward.core.observation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/** What was accepted, in the order of commit, for followers with their own durable cursor. Thread-safe. */
public interface Accepted {

    /**
     * Readings that were accepted since a batch of commitments.
     *
     * @param number of the newest batch that was looked at; what was superseded meanwhile is in a later one
     */
    record Readings(long number, List<Observed> readings) {
        public Readings {
            readings = List.copyOf(readings);
        }
    }

    /**
     * One step of an alarm's life, as a gateway reported it.
     *
     * @param detail in words
     * @param isOvertaken whether the alarm was that far already when this was reported
     */
    record Step(
            long number,
            String gateway,
            String alarm,
            DeviceId device,
            Kind kind,
            Priority priority,
            Phase phase,
            Optional<Parameter> parameter,
            Instant at,
            Instant raisedAt,
            Optional<String> patient,
            String detail,
            boolean isOvertaken) {}

    /** Waveforms are not among them. A few batches at once, none where there is nothing new. */
    Readings readings(long after);

    long newestBatch();

    /** At most how many there are in the batches behind one and up to another. */
    long readingsBetween(long after, long until);

    /** Steps of alarms, oldest first. */
    List<Step> steps(long after, int limit);

    long newestStep();

    /** How far the alarm has come by now. */
    Optional<Phase> phase(String gateway, String alarm);
}
