package org.fieldward.core.distribution.live;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.observation.Accepted.Step;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Micros;

/** Something that happened, written down only when somebody wants to read it. Thread-safe. */
sealed interface Event {

    /** Whom it concerns. */
    Set<String> patients();

    /** The event's name in the stream. */
    String kind();

    /** What {@code ?type=} asks for. */
    String type();

    boolean isSeenBy(Caller caller, Territory territory);

    /** One line of JSON. */
    String data(Caller caller, boolean withContent, Instant now);

    /**
     * A reading, opened for whom it is told to: many wait, and few are wanted.
     *
     * @param patient whom it is of
     * @param gateway what carried it
     * @param bytes of the {@link StoredReading}
     */
    record Accepted(String patient, String gateway, ByteString bytes) implements Event {

        /** What reached its gateway longer ago is history that waited for a link, and nothing to act on as new. */
        private static final Duration LATE = Duration.ofSeconds(60);

        static Accepted of(Observed observed) {
            StoredReading record = observed.record();
            return new Accepted(record.getPatient(), record.getGateway(), observed.bytes());
        }

        private StoredReading reading() {
            try {
                return StoredReading.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("an accepted reading was one when it was accepted", e);
            }
        }

        @Override
        public Set<String> patients() {
            return Set.of(patient);
        }

        @Override
        public String kind() {
            return "reading";
        }

        @Override
        public String type() {
            return kind();
        }

        @Override
        public boolean isSeenBy(Caller caller, Territory territory) {
            return territory.sees(caller.sight(), Optional.of(patient), gateway);
        }

        @Override
        public String data(Caller caller, boolean withContent, Instant now) {
            StoredReading reading = reading();
            long late = Micros.of(now.minus(LATE));
            return reading.getReceivedMicros() < late ? Lines.late(reading) : Lines.reading(reading);
        }
    }

    record Alarmed(Step step) implements Event {
        @Override
        public Set<String> patients() {
            return step.patient().map(Set::of).orElse(Set.of());
        }

        @Override
        public String kind() {
            return "alarm";
        }

        @Override
        public String type() {
            return kind();
        }

        @Override
        public boolean isSeenBy(Caller caller, Territory territory) {
            return territory.sees(caller.sight(), step.patient(), step.gateway());
        }

        @Override
        public String data(Caller caller, boolean withContent, Instant now) {
            return Lines.step(step);
        }
    }

    /** A version in the chart. Its content is read again for whom it is told to: many wait, and few ask for it. */
    final class Written implements Event {

        private final Chart chart;
        private final Key key;
        private final long version;
        private final long number;
        private final Version.Kind kind;
        private final Set<String> patients;

        /** Most who listen see the same. */
        private final Map<Sight, Boolean> seen = new ConcurrentHashMap<>();

        Written(Chart chart, Version written) {
            this.chart = chart;
            key = written.key();
            version = written.version();
            number = written.number();
            kind = written.kind();
            patients = written.patients();
        }

        @Override
        public Set<String> patients() {
            return patients;
        }

        @Override
        public String kind() {
            return "resource";
        }

        @Override
        public String type() {
            return key.type();
        }

        @Override
        public boolean isSeenBy(Caller caller, Territory territory) {
            return Access.may(caller, Interaction.READ, key.type())
                    && (caller.sight().isEverything()
                            || seen.computeIfAbsent(
                                    caller.sight(),
                                    sight -> chart.read(key, version, sight).isPresent()));
        }

        @Override
        public String data(Caller caller, boolean withContent, Instant now) {
            Optional<String> content = withContent
                    ? chart.read(key, version, caller.sight())
                            .filter(found -> !found.isDeleted())
                            .map(Version::json)
                    : Optional.empty();
            return Lines.written(key, version, number, kind, content);
        }
    }

    /** What happened since the client's last event is too much to be told: it must read it from the store. */
    record Gap() implements Event {
        @Override
        public Set<String> patients() {
            return Set.of();
        }

        @Override
        public String kind() {
            return "gap";
        }

        @Override
        public String type() {
            return kind();
        }

        @Override
        public boolean isSeenBy(Caller caller, Territory territory) {
            return true;
        }

        @Override
        public String data(Caller caller, boolean withContent, Instant now) {
            return "{}";
        }
    }
}
