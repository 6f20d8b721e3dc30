package org.fieldward.core.distribution.search;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/** What a device measures, as its own readings show: everything seen in the day that ends with its newest one. */
public final class DeviceParameters {

    private static final Duration DAY = Duration.ofDays(1);

    private final Readings readings;

    public DeviceParameters(Readings readings) {
        this.readings = readings;
    }

    /** Ordered by number. */
    public List<Parameter> of(DeviceId device) {
        Catalogue catalogue = Catalogue.standard();
        var unseen = new HashSet<Parameter>();
        catalogue.all().stream().filter(parameter -> !parameter.isPanel()).forEach(unseen::add);
        var seen = new TreeSet<Integer>();
        Optional<Instant> from = Optional.empty();
        while (true) {
            List<Observed> newest = readings.find(query(device, unseen, from));
            if (newest.isEmpty()) {
                return seen.stream().map(catalogue::parameter).toList();
            }
            Observed reading = newest.getFirst();
            if (from.isEmpty()) {
                from = Optional.of(
                        ObservationPages.position(reading).measuredAt().minus(DAY));
            }
            for (int number : reading.record().getParameterList()) {
                seen.add(number);
                unseen.remove(catalogue.parameter(number));
            }
            if (unseen.isEmpty()) {
                return seen.stream().map(catalogue::parameter).toList();
            }
        }
    }

    private static ReadingQuery query(DeviceId device, Set<Parameter> unseen, Optional<Instant> from) {
        return new ReadingQuery(
                Optional.empty(), Optional.of(device), unseen, from, Optional.empty(), true, Optional.empty(), 1);
    }
}
