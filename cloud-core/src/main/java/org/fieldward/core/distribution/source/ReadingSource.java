package org.fieldward.core.distribution.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.source.Subject.Word;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** Observations of readings that were accepted, and of readings that were attributed anew. */
public final class ReadingSource implements Source {

    private final Accepted accepted;
    private final ObservationMaker maker;
    private final Whereabouts whereabouts;

    public ReadingSource(Accepted accepted, ObservationMaker maker, Whereabouts whereabouts) {
        this.accepted = accepted;
        this.maker = maker;
        this.whereabouts = whereabouts;
    }

    @Override
    public String name() {
        return "readings";
    }

    @Override
    public Page after(long position) {
        Accepted.Readings page = accepted.readings(position);
        var happenings = new ArrayList<Happening>();
        for (Observed observed : page.readings()) {
            for (Coded parameter : maker.observed(observed.record())) {
                happenings.add(new Measured(observed, parameter));
            }
        }
        return new Page(page.number(), happenings);
    }

    @Override
    public long newest() {
        return accepted.newestBatch();
    }

    @Override
    public boolean has(String type) {
        return type.equals("Observation");
    }

    static boolean isSeen(StoredReading reading, Whereabouts whereabouts, Sight sight) {
        return sight.isEverything()
                || sight.reaches(
                        whereabouts.ofGateway().apply(reading.getGateway()),
                        List.of(reading.getPatient()),
                        whereabouts.ofPatient().apply(reading.getPatient()));
    }

    private final class Measured implements Happening {

        private final Observed observed;
        private final Coded parameter;
        private @Nullable Resource resource;

        Measured(Observed observed, Coded parameter) {
            this.observed = observed;
            this.parameter = parameter;
        }

        @Override
        public Subject subject() {
            StoredReading reading = observed.record();
            var id = new ObservationId(new DeviceId(reading.getDevice()), reading.getMeasuredMicros(), parameter);
            return new Subject(
                    Word.OBSERVED,
                    "Observation/" + id,
                    reading.getVersion(),
                    observed.commitmentBatch(),
                    Optional.of(reading.getPatient()));
        }

        @Override
        public String type() {
            return "Observation";
        }

        @Override
        public Optional<Resource> resource() {
            if (resource == null) {
                resource = maker.make(observed.record(), parameter);
            }
            return Optional.of(resource);
        }

        @Override
        public Optional<Resource> previous() {
            return Optional.empty();
        }

        @Override
        public Set<String> patients() {
            return Set.of(observed.record().getPatient());
        }

        @Override
        public boolean isSeenWith(Sight sight) {
            return isSeen(observed.record(), whereabouts, sight);
        }
    }
}
