package org.fieldward.core.distribution.series;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.hl7.fhir.r4.model.Resource;

/**
 * What is made of readings, all that somebody sees of it: device by device, each in the order of time. Waveforms are not
 * among it. Thread-safe.
 */
public interface Measured {

    /** Resources of which type. */
    enum Kind {
        OBSERVATION("Observation"),
        /** Why an Observation became another version. */
        PROVENANCE("Provenance");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        public String type() {
            return type;
        }
    }

    /** Takes one after the other. */
    interface Sink {

        /** @return false: no more are wanted */
        boolean take(Resource resource) throws IOException;
    }

    /** @param next where the next page begins; empty on the last */
    record Page(List<Resource> resources, Optional<String> next) {
        public Page {
            resources = List.copyOf(resources);
        }
    }

    /**
     * Shows every one, and holds few of them at a time.
     *
     * @param since only what was stored or changed since then, and perhaps a little of what came before
     */
    void each(Kind kind, Optional<Instant> since, Sight sight, Sink sink) throws IOException;

    /**
     * @param place that a page before gave; empty: from the beginning
     * @param count at most
     */
    Page page(Kind kind, Optional<Instant> since, Sight sight, Optional<String> place, int count);

    /** Where there are no readings. */
    Measured NOTHING = new Measured() {
        @Override
        public void each(Kind kind, Optional<Instant> since, Sight sight, Sink sink) {}

        @Override
        public Page page(Kind kind, Optional<Instant> since, Sight sight, Optional<String> place, int count) {
            return new Page(List.of(), Optional.empty());
        }
    };
}
