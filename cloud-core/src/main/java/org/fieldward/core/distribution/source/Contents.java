package org.fieldward.core.distribution.source;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.Resource;

/** Finds again what an event is about, for who may see it now. Thread-safe. */
public final class Contents {

    /** What the content of an event is made of. */
    public record Stores(Chart chart, Readings readings, Accepted accepted, Supplier<Snapshot> registry) {}

    private final Stores stores;
    private final ObservationMaker maker;
    private final Whereabouts whereabouts;

    public Contents(Stores stores, ObservationMaker maker, Whereabouts whereabouts) {
        this.stores = stores;
        this.maker = maker;
        this.whereabouts = whereabouts;
    }

    /** What there is to see of it. */
    public sealed interface Content {
        /** @param resource the alarm's is a Flag without an id */
        record Seen(Resource resource) implements Content {}

        /** It was deleted, and that may be known. */
        record Gone() implements Content {}

        /** It is not there any more, or is not to be seen. */
        record Hidden() implements Content {}
    }

    /** The very version of what stands in the chart; the newest of a reading. */
    public Content of(Subject subject, Sight sight) {
        if (subject.word().isOfChart()) {
            return ofChart(subject, sight);
        }
        Optional<Resource> found = subject.word().isOfAlarm() ? ofAlarm(subject, sight) : ofReading(subject, sight);
        return found.<Content>map(Content.Seen::new).orElseGet(Content.Hidden::new);
    }

    private Content ofChart(Subject subject, Sight sight) {
        String[] parts = subject.focus().split("/", 2);
        return stores.chart()
                .read(new Key(parts[0], parts[1]), subject.version(), sight)
                .<Content>map(version ->
                        version.isDeleted() ? new Content.Gone() : new Content.Seen(ChartSource.parse(version.json())))
                .orElseGet(Content.Hidden::new);
    }

    private Optional<Resource> ofReading(Subject subject, Sight sight) {
        String id = subject.focus().substring("Observation/".length());
        return ObservationId.parse(id, stores.registry().get().devices().keySet())
                .flatMap(observation -> stores.readings()
                        .get(new Position(observation.device(), Micros.instant(observation.measuredMicros())))
                        .filter(observed -> ReadingSource.isSeen(observed.record(), whereabouts, sight))
                        .filter(observed -> maker.observed(observed.record()).contains(observation.parameter()))
                        .map(observed -> maker.make(observed.record(), observation.parameter())));
    }

    private Optional<Resource> ofAlarm(Subject subject, Sight sight) {
        List<Accepted.Step> found = stores.accepted().steps(subject.place() - 1, 1);
        return found.stream()
                .filter(step -> step.number() == subject.place())
                .filter(step -> AlarmSource.isSeen(step, whereabouts, sight))
                .map(step -> (Resource) AlarmSource.flag(step))
                .findFirst();
    }
}
