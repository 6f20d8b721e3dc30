package org.fieldward.core.distribution.live;

import java.util.Optional;
import org.fieldward.core.observation.Alarms.Alarm;
import org.fieldward.proto.link.StoredReading;

/** Something that happened, written down only when somebody wants to read it. */
sealed interface Event {

    Optional<String> patient();

    /** The gateway that carried it. */
    Optional<String> gateway();

    /** The event's name in the stream. */
    String kind();

    /** One line of JSON. */
    String data();

    /** @param late it waited for a link */
    record Accepted(StoredReading reading, boolean late) implements Event {
        @Override
        public Optional<String> gateway() {
            return Optional.of(reading.getGateway());
        }

        @Override
        public Optional<String> patient() {
            return Optional.of(reading.getPatient());
        }

        @Override
        public String kind() {
            return "reading";
        }

        @Override
        public String data() {
            return late ? Lines.late(reading) : Lines.reading(reading);
        }
    }

    record Alarmed(Alarm alarm) implements Event {
        @Override
        public Optional<String> gateway() {
            return Optional.of(alarm.gateway());
        }

        @Override
        public Optional<String> patient() {
            return alarm.patient();
        }

        @Override
        public String kind() {
            return "alarm";
        }

        @Override
        public String data() {
            return Lines.alarm(alarm);
        }
    }

    /** What happened since the client's last event is no longer at hand: it must read it from the store. */
    record Gap() implements Event {
        @Override
        public Optional<String> gateway() {
            return Optional.empty();
        }

        @Override
        public Optional<String> patient() {
            return Optional.empty();
        }

        @Override
        public String kind() {
            return "gap";
        }

        @Override
        public String data() {
            return "{}";
        }
    }
}
