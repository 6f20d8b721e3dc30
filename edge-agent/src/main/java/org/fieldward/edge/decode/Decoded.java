package org.fieldward.edge.decode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Waveform;

/** What a payload turned out to be: all of it, or nothing, or what a mapping could make use of. */
public sealed interface Decoded {

    /**
     * One to {@link Decoder#MAX_READINGS} together, each kind in the order of the payload.
     *
     * @param sentAt what the device's clock showed while it sent the payload, if it says so
     * @param rest why the payload has to be kept as well: the operator's mapping names values that cannot be used
     */
    record Readings(List<Reading> readings, List<Waveform> waveforms, Optional<Instant> sentAt, Optional<Refused> rest)
            implements Decoded {
        public Readings {
            readings = List.copyOf(readings);
            waveforms = List.copyOf(waveforms);
        }

        static Readings of(List<? extends Entry> entries, Optional<Instant> sentAt) {
            return new Readings(only(Reading.class, entries), only(Waveform.class, entries), sentAt, Optional.empty());
        }

        /** Without waveforms, as most are. */
        static Readings ofReadings(List<Reading> readings, Optional<Instant> sentAt) {
            return new Readings(readings, List.of(), sentAt, Optional.empty());
        }

        private static <T> List<T> only(Class<T> kind, List<? extends Entry> entries) {
            return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        /** All of it, as it is stored. */
        public List<Entry> entries() {
            if (waveforms.isEmpty()) {
                return List.copyOf(readings);
            }
            var entries = new ArrayList<Entry>(readings.size() + waveforms.size());
            entries.addAll(readings);
            entries.addAll(waveforms);
            return entries;
        }
    }

    /**
     * Not one reading of the payload is used.
     *
     * @param detail names the field, the rule and what was found; may hold a measured value, so it is for the
     *     quarantine and never for a log
     */
    record Refused(RejectReason reason, String detail) implements Decoded {}
}
