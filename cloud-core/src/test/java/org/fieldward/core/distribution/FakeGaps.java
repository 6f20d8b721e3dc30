package org.fieldward.core.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.proto.reading.Micros;

/** Gaps in memory. */
public final class FakeGaps implements Gaps {

    public final List<Stored> all = new ArrayList<>();

    @Override
    public List<Stored> find(Query query) {
        return all.stream()
                .filter(gap -> gap.number() > query.afterNumber())
                .filter(gap -> query.device()
                        .map(device -> device.name().equals(gap.record().getDevice()))
                        .orElse(true))
                .filter(gap -> query.from().map(Micros::of).orElse(Long.MIN_VALUE)
                        <= gap.record().getToMicros())
                .filter(gap -> query.until().map(Micros::of).orElse(Long.MAX_VALUE)
                        >= gap.record().getFromMicros())
                .limit(query.limit())
                .toList();
    }

    @Override
    public Optional<Stored> get(long number) {
        return all.stream().filter(gap -> gap.number() == number).findFirst();
    }
}
