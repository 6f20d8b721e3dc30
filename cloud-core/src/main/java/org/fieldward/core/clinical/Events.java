package org.fieldward.core.clinical;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.event.EventType;
import org.fieldward.core.clinical.event.Issue;
import org.fieldward.core.clinical.event.Priority;

/** The door for clinical events. Thread-safe. */
public interface Events {

    /** The form of an event's bytes. */
    enum Form {
        /** As {@code docs/clinical-events.md} describes it. */
        JSON,
        /** A Bundle of type message. */
        FHIR
    }

    /**
     * An event as it came.
     *
     * @param source who sent it: within it, an event's id is unique
     * @param facility where it comes from, if the event does not say itself
     */
    record Arrival(String source, Optional<String> facility, Form form, ByteString content) {}

    /** One version of a resource. */
    record Made(Key key, long version) {}

    /**
     * What became of an event.
     *
     * @param number the core's own name for it
     * @param id the source's, or a digest of its bytes
     * @param priority as sent, or critical where a result is
     * @param made the versions it wrote, the main one first
     * @param notes what was found: for those who care for the patient
     * @param processMillis from its arrival to the commit of its effect
     */
    record Receipt(
            long number,
            String source,
            String id,
            String facility,
            EventType type,
            Priority priority,
            String patient,
            Instant occurredAt,
            Instant arrivedAt,
            List<Made> made,
            List<String> notes,
            long processMillis) {
        public Receipt {
            made = List.copyOf(made);
            notes = List.copyOf(notes);
        }
    }

    sealed interface Answer {

        /** Its effect would survive a power cut. */
        record Accepted(Receipt receipt) implements Answer {}

        /** It was here before: what was said then. */
        record Duplicate(Receipt receipt) implements Answer {}

        /** Nothing was done. */
        record Refused(List<Issue> issues) implements Answer {
            public Refused {
                issues = List.copyOf(issues);
            }
        }
    }

    /**
     * Checks, enriches and stores an event. The same one twice has one effect and one answer.
     *
     * @param author whose facilities the event must come from, where there are any, and what they may see
     * @throws ClinicalException if the store failed
     */
    Answer take(Arrival arrival, Author author);

    /** What became of that event; empty where it cannot be seen. */
    Optional<Receipt> receipt(long number, Sight sight);
}
